"""Shape of what is typed at the door."""

from portal.accounts.forms.login import (
    ActivateForm,
    AuthenticateForm,
    CodeForm,
    CodeReauthenticateForm,
    HallLoginForm,
    HallReauthenticateForm,
)

__all__ = [
    "ActivateForm",
    "AuthenticateForm",
    "CodeForm",
    "CodeReauthenticateForm",
    "HallLoginForm",
    "HallReauthenticateForm",
]
