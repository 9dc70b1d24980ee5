"""The help centre at the desk."""

from portal.help.admin import consultations, content, feedback

__all__ = ["consultations", "content", "feedback"]
