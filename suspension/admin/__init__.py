"""The staff side: who may enter, and the caseworker's desk."""

from suspension.admin.site import HallAdminSite

__all__ = ["HallAdminSite"]
