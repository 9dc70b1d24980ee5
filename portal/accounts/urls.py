"""Addresses at the door: of allauth only what has a page here; the rest of the door is ours."""

from allauth.account.views import login, reauthenticate
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp.views import deactivate_totp
from django.urls import path

from portal.accounts.views import code_login, counter, register, reset, resume, security
from portal.accounts.views import login as door

urlpatterns = [
    path("login/", login, name="account_login"),
    path("login/code/", code_login.code_login, name="code_login"),
    path("login/code/check/", code_login.code_login_check, name="code_login_check"),
    path("login/face/", door.face, name="face_login"),
    path("login/alipay/", door.alipay, name="alipay_login"),
    path("logout/", door.HallLogoutView.as_view(), name="account_logout"),
    path("inactive/", door.HallInactiveView.as_view(), name="account_inactive"),
    path("terms/", door.terms, name="terms"),
    path("signup/", register.identity_step, name="account_signup"),
    path("signup/without-id/", register.without_id, name="register_without_id"),
    path("signup/phone/", register.phone_step, name="register_phone"),
    path("signup/code/", register.code_step, name="register_code"),
    path("signup/password/", register.password_step, name="register_password"),
    path("signup/done/", register.done, name="register_done"),
    path("password-reset/", reset.reset_start, name="account_reset_password"),
    path("password-reset/code/", reset.reset_code, name="reset_code"),
    path("password-reset/counter/", reset.reset_at_counter, name="reset_at_counter"),
    path("password-reset/password/", reset.reset_password_step, name="reset_password"),
    path("counter-reset/", counter.counter_reset, name="counter_reset"),
    path("security/", security.security, name="account_security"),
    path("security/password/", security.password, name="change_password"),
    path("security/phone/", security.phone, name="change_phone"),
    path("security/phone/code/", security.phone_code, name="change_phone_code"),
    path("security/email/", security.email, name="change_email"),
    path("security/email/code/", security.email_code, name="change_email_code"),
    path("security/sessions/end/", security.sessions_end, name="sessions_end"),
    path("still-here/", resume.still_here, name="still_here"),
    path("resume/", resume.resume, name="resume_typed"),
    path("reauthenticate/", reauthenticate, name="account_reauthenticate"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/authenticate/", door.HallAuthenticateView.as_view(), name="mfa_authenticate"),
    path("second-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/enrol/", door.HallActivateView.as_view(), name="mfa_activate_totp"),
    path("second-factor/remove/", deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
