"""Addresses at the door: of allauth only what has a page here; sign-up, e-mail and reset stay closed."""

from allauth.account.views import login, reauthenticate
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp.views import deactivate_totp
from django.urls import path

from portal.accounts import views

urlpatterns = [
    path("login/", login, name="account_login"),
    path("logout/", views.HallLogoutView.as_view(), name="account_logout"),
    path("inactive/", views.HallInactiveView.as_view(), name="account_inactive"),
    path("signup/", views.signup_closed, name="account_signup"),
    path("password-help/", views.password_help, name="account_reset_password"),
    path("reauthenticate/", reauthenticate, name="account_reauthenticate"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/authenticate/", views.HallAuthenticateView.as_view(), name="mfa_authenticate"),
    path("second-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/enrol/", views.HallActivateView.as_view(), name="mfa_activate_totp"),
    path("second-factor/remove/", deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
