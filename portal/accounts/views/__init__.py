"""The pages at the door."""

from portal.accounts.views.login import locked_out

__all__ = ["locked_out"]
