"""Shape of what is typed at the door: one box and a password, or a code."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthCodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateForm
from django import forms

from portal.accounts.adapters import client_address
from portal.accounts.labels import PROOF_NEEDED
from portal.accounts.services.proof import is_proven, needs_proof

IDENTIFIER_MAX_LENGTH = 254
PASSWORD_MAX_LENGTH = 256


def password_field(label: str, *, autocomplete: str, **kwargs: Any) -> forms.CharField:
    """Kept exactly as typed."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=PASSWORD_MAX_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": "请输入密码。"},
        **kwargs,
    )


class HallLoginForm(LoginForm):
    """One box for 身份证号, 手机号 or 邮箱; whoever it is, the session keeps only the account's handle."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label="身份证号 / 手机号 / 邮箱",
            max_length=IDENTIFIER_MAX_LENGTH,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
            ),
            error_messages={"required": "请输入身份证号、手机号或邮箱。"},
        )
        self.fields["password"] = password_field("密码", autocomplete="current-password")

    def clean(self) -> dict[str, Any]:
        """After wrong log-ins a proof of work comes first; the password is not even looked at without it."""
        address = client_address(self.request)
        if needs_proof(address) and not is_proven(self.data.get("proof", "")):
            raise forms.ValidationError(PROOF_NEEDED)
        cleaned: dict[str, Any] = super().clean()  # type: ignore[no-untyped-call]
        return cleaned

    def user_credentials(self) -> dict[str, str]:
        """What is checked before the account is known; afterwards allauth writes this into the session."""
        identifier = self.cleaned_data["login"] if self.user is None else self.user.get_username()
        return {"username": identifier, "password": self.cleaned_data["password"]}


class HallReauthenticateForm(ReauthenticateForm):
    """The password once more, before a sensitive step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field("密码", autocomplete="current-password")


class CodeForm(forms.Form):
    """A code box that phones show a number pad for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label="验证码",
            max_length=20,
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
            error_messages={"required": "请输入验证码。"},
        )


class ActivateForm(CodeForm, AllauthActivateForm):
    """The first code of a new authenticator."""


class AuthenticateForm(CodeForm, AllauthAuthenticateForm):
    """The second step of a staff log-in."""


class CodeReauthenticateForm(CodeForm, AllauthCodeReauthenticateForm):
    """A code once more, before a sensitive step."""
