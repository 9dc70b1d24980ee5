"""Chinese wording for the door: reasons, and what is said when a log-in does not work."""

REASONS = {
    "account.no-way-to-log-in": "请至少填写身份证号、手机号、邮箱中的一项，否则无法登录。",
    "account.id-taken": "该身份证号已开通账号。请直接登录；忘记密码请点登录页的“忘记密码”重设。",
    "account.phone-taken": "该手机号已用于另一个账号。请换一个手机号，或到经办窗口核实。",
    "account.email-taken": "该邮箱已用于另一个账号。请换一个邮箱，或到经办窗口核实。",
    "account.code-wrong": "验证码不正确或已失效。请核对最新收到的验证码；连续输错5次须重新获取。",
    "account.too-often": "操作过于频繁，请{wait}后再试。急需办理请到经办窗口或拨打 12393。",
    "account.name-mismatch": "姓名与身份证号不一致。请对照身份证逐字核对，姓名中的生僻字和“·”要与证件相同。",
    "account.id-unknown": "没有查到该身份证号。请对照身份证核对；新办证件请一周后再试；也可以先用手机号开通账号，登录后到“实名认证”上传身份证照片，由工作人员审核。",
    "account.check-unavailable": "实名核验服务暂时没有响应，您填写的内容仍在页面上。请几分钟后再试；也可以先用手机号开通账号，登录后到“实名认证”上传身份证照片，由工作人员审核。",
    "account.reset-over": "这次重设已经完成或已失效。请直接登录；仍不能登录，请重新办理忘记密码。",
    "account.nobody-with-id": "没有用该身份证号开通的账号。请核对号码；未开通的请本人在网厅注册。",
    "account.not-yours-to-reset": "该账号不能由您重设：工作人员账号、本人账号和其他统筹区人员的账号请交系统管理员或当地经办机构办理。",
    "account.old-password-wrong": "原密码不正确。请重新输入；忘记原密码请退出后使用“忘记密码”。",
    "account.taken": "填写的身份证号、手机号或邮箱刚刚被用于另一个账号。请刷新页面后核对。",
}

UNNAMED = "未实名用户"
"""How an account is called until 实名认证 names it."""
LOGIN_FAILED = "账号或密码不正确。请核对后重新输入；连续输错 5 次，该账号在本网络 15 分钟内不能登录。"
PROOF_NEEDED = "为保护账号，请再输入一次密码，稍等几秒完成安全检查后再登录。浏览器关闭了脚本的，请改用短信验证码登录。"
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

CHOOSING_HELP = "至少8位，不能全是数字，不要用姓名、手机号、身份证号和常见密码。可以用一句自己记得住的话。"
TOO_NEAR = "密码不能含有姓名、手机号、身份证号，也不能含有“医保”“yibao”等容易猜到的词。"
TWO_DIFFER = "两次输入的密码不一样，请重新输入。"
NOT_LOGGED_IN = "您现在没有登录，刚才的提交没有执行。请登录，登录后回到刚才的页面，再提交一次。"
SESSION_ENDED_KEPT = "登录已超时，为保护您的信息已自动退出。您刚才填写的内容已保留，重新登录后可以继续。"
RESET_DONE = "新密码已生效，其他设备上的登录已全部退出。请用新密码登录。"
CHANGED = "密码已修改，其他设备上的登录已全部退出。"
PHONE_CHANGED = "手机号已更换，今后短信发到新号码。"
EMAIL_CHANGED = "邮箱已更换，今后邮件发到新邮箱。"
SESSION_CLOSED = "该设备上的登录已退出。"
SESSIONS_CLOSED = "其他设备上的登录已全部退出。"
