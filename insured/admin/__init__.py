"""Areas, holidays, posts and drafts of rules at the desk."""

from insured.admin import areas, drafts, posts

__all__ = ["areas", "drafts", "posts"]
