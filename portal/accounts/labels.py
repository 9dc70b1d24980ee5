"""Chinese wording for the door: reasons, and what is said when a log-in does not work."""

REASONS = {
    "account.no-way-to-log-in": "请至少填写身份证号、手机号、邮箱中的一项，否则无法登录。",
    "account.id-taken": "该身份证号已开通账号。请直接登录；忘记密码请到经办窗口办理或拨打 12393。",
    "account.phone-taken": "该手机号已用于另一个账号。请换一个手机号，或到经办窗口核实。",
    "account.email-taken": "该邮箱已用于另一个账号。请换一个邮箱，或到经办窗口核实。",
    "account.taken": "填写的身份证号、手机号或邮箱刚刚被用于另一个账号。请刷新页面后核对。",
}

LOGIN_FAILED = "账号或密码不正确。请核对后重新输入；连续输错 5 次，该账号在本网络 15 分钟内不能登录。"
TOO_MANY_ATTEMPTS = "尝试次数过多。请 5 分钟后再试；急需办理请到经办窗口或拨打 12393。"
WRONG_CODE = "验证码不正确。请核对手机时间是否准确，输入验证器当前显示的 6 位数字。"
SESSION_ENDED = "登录已超时，为保护您的信息已自动退出。请重新登录，登录后回到刚才的页面。"

ACCOUNT_ERRORS = {
    "username_password_mismatch": LOGIN_FAILED,
    "invalid_login": LOGIN_FAILED,
    "account_inactive": "该账号已停用。请到经办窗口办理或拨打 12393。",
    "too_many_login_attempts": TOO_MANY_ATTEMPTS,
    "rate_limited": TOO_MANY_ATTEMPTS,
    "incorrect_password": "密码不正确，请重新输入。",
    "incorrect_code": WRONG_CODE,
}
MFA_ERRORS = {
    "incorrect_code": WRONG_CODE,
    "cannot_generate_recovery_codes": "请先绑定验证器，再生成备用码。",
    "unverified_email": "邮箱尚未核实，暂不能绑定验证器。请联系管理员。",
}
