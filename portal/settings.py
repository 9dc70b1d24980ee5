"""All settings, read from the environment once; what is missing or unsafe stops the start with a sentence."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
import structlog
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()

HALL_MODE = env.str("HALL_MODE", default="production")
if HALL_MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"HALL_MODE must be production, demo or test, not {HALL_MODE!r}.")
DEMO = HALL_MODE == "demo"
PRODUCTION = HALL_MODE == "production"
for kept in (VAR_DIR / "demo.env", VAR_DIR / "cashier" / "hall.env"):
    if DEMO and kept.exists():
        environ.Env.read_env(kept)

GENERATED_KEY_PREFIX = b"demo".hex()
"""Keys made by ./run start with these characters, so that production can refuse them."""


def key_ring(name: str) -> dict[int, bytes]:
    """Parse "1:<64 hex>,2:<64 hex>" into {1: key, 2: key}; the last one named is the current one."""
    ring: dict[int, bytes] = {}
    for part in env.str(name).split(","):
        key_id, _, key_hex = part.strip().partition(":")
        if not key_id.isdigit() or not 1 <= int(key_id) <= 255 or len(key_hex) != 64:
            raise ImproperlyConfigured(f"{name} must look like 1:<64 hex digits>,2:<64 hex digits>.")
        if PRODUCTION and key_hex.startswith(GENERATED_KEY_PREFIX):
            raise ImproperlyConfigured(
                f"{name} holds a key generated for the demo. Make one with: openssl rand -hex 32"
            )
        ring[int(key_id)] = bytes.fromhex(key_hex)
    return ring


def job(task: str, schedule: float | crontab, **kwargs: bool) -> dict[str, Any]:
    """A task of the clock: every so many seconds, or as a crontab; what waits until the next turn is thrown away."""
    expires = 50 * 60 if isinstance(schedule, crontab) else schedule
    return {"task": task, "schedule": schedule, "kwargs": kwargs, "options": {"expires": expires}}


def gateway_keys(name: str, **values: str) -> dict[str, str]:
    """The settings of a gateway with keys, {} when it has no KEY and is not offered; no sandbox key in production."""
    if not values["KEY"]:
        return {}
    missing = [f"{name}_{short}" for short, value in values.items() if not value]
    if missing:
        raise ImproperlyConfigured(f"{', '.join(missing)} must be set, or {name}_KEY be left out.")
    addresses = [value for short, value in values.items() if short.endswith("URL")]
    is_sandbox = any(value.startswith("demo") for value in values.values()) or any(
        not address.startswith("https://") or re.search(r"sandbox|alipaydev|[/.]test\.", address)
        for address in addresses
    )
    if PRODUCTION and is_sandbox:
        raise ImproperlyConfigured(f"{name}_… must be the keys and https addresses of the real gateway.")
    return {short: value.removeprefix("demo:") for short, value in values.items()}


SECRET_KEY = env.str("SECRET_KEY")
if PRODUCTION and (len(SECRET_KEY) < 50 or SECRET_KEY.startswith("demo")):
    raise ImproperlyConfigured("SECRET_KEY must be at least 50 random characters and not one generated for the demo.")
FIELD_KEYS = key_ring("FIELD_KEYS")
INDEX_KEYS = key_ring("INDEX_KEYS")

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hall's address, for example hall.example.gov.cn.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = env.bool("HTTPS", default=PRODUCTION)

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.audit",
    "portal.notifications",
    "portal.accounts",
    "portal.help",
    "insured",
    "payments",
    "suspension",
    "portal.apps.HallAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_structlog",
]
if not PRODUCTION:
    INSTALLED_APPS.append("portal.demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.RequestLogMiddleware",
    "portal.accounts.middleware.SessionAgeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "portal.middleware.HallMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.hall"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- data ---------------------------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": env.db_url("DATABASE_URL", default="" if PRODUCTION else f"sqlite:///{VAR_DIR / 'hall.sqlite3'}")
}
if not DATABASES["default"]:
    raise ImproperlyConfigured("DATABASE_URL must be set, for example postgres://hall:password@db:5432/hall.")
DATABASES["default"] |= {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = env.str(
        "DATABASE_OPTIONS",
        default="-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}
MEDIA_ROOT = VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640

# --- who is at the door -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "portal.accounts.adapters.HallBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.accounts.adapters.ContextWordsValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
STAFF_AREA_CODES = "insured.adapters.area_codes_of"
"""Asked by the notifications below: the pooling areas in which a staff member has a right."""
STAFF_MAY_RESET = "insured.adapters.may_reset"
"""Asked by the accounts below: whether a staff member may reset the password of an account at the counter."""
ACCOUNT_OPENED = "insured.adapters.link_person"
"""Told by the accounts below when somebody has registered: (user, name, resident_id), in the same transaction."""
CODE_LIMITS = {"number_minute": 1, "number_hour": 5, "number_day": 10, "address_hour": 20, "hall_minute": 300}
"""How many one-time codes go to one number or mailbox, are asked for from one address, and leave the hall at all."""
UNPROVEN_CODE_LIMITS = {"address_hour": 5, "hall_minute": 20}
"""The same for whoever asks without a proof of work, for example from a browser without scripts."""
LOGIN_LIMITS = {"wrong_address": 3, "wrong_hall": 60}
"""After so many wrong log-ins from one address in 15 minutes, or anywhere in a minute, the next one must be proven."""
CHECK_LIMITS = {"number_hour": 5, "address_hour": 10, "hall_minute": 120}
"""How often a name is compared with an ID, per ID, per address and at all."""
PERSON_OF_CASE = "suspension.adapters.person_of_case"
"""Asked by the payments: whose case a number is, when staff look up a history by it."""
DAILY_LIMITS = {
    "look-up": env.int("LOOK_UPS_PER_DAY", default=50),
    "export": env.int("EXPORTS_PER_DAY", default=10),
    "reveal-id": env.int("REVEALS_PER_DAY", default=50),
    "find-person": env.int("COUNTER_VISITS_PER_DAY", default=150),
    "export-log": env.int("LOG_EXPORTS_PER_DAY", default=10),
    "export-rows": env.int("ROW_EXPORTS_PER_DAY", default=30),
    "download": env.int("DOWNLOADS_PER_DAY", default=100),
}
"""How often one member of staff may open a history, export one, see a whole ID, find somebody at the counter, take the
access log, the lines behind a sum or an original paper away as a file; a day."""
DISCLOSE = "insured.services.disclosure.disclose"
"""Asked by the audit: log a file that leaves the hall and count it for the day."""
STAFF_ROLES = "insured.adapters.roles_of"
"""Asked by the help centre: the roles a staff member holds today, in the area with a code or in any."""
AREA_CODE_OF = "insured.adapters.area_code_of"
"""Asked by the help centre: the pooling area of the person behind an account, empty when there is none."""
AREA_NAMES = "insured.adapters.area_names"
"""Asked by the help centre: code → name of every pooling area."""
STAFF_AUDITED = "insured.adapters.audited_by"
"""Asked by the audit: the accounts whose looks an auditor looks over."""
ACCESS_PERSON = "suspension.adapters.person_looked_at"
ACCESS_SUBJECTS = "suspension.adapters.looked_at_as"
ACCESS_NAMES = "suspension.adapters.names_of"
"""Asked by the audit: whom an auditor means, under which rows the log names them, and how a row is called."""
CSV_WRITER = "payments.adapters.plain_csv"
"""Asked by the audit: a table as a file without formulas."""
IMPORT_LOADERS = {
    "units": "insured.services.import_register.UNITS",
    "persons": "insured.services.import_register.PERSONS",
    "enrollments": "insured.services.import_register.ENROLLMENTS",
    "contributions": "payments.services.import_records.CONTRIBUTIONS",
    "accounts": "payments.services.import_accounts.ACCOUNTS",
}
"""Kind of a file for import_register, in the order in which they refer to each other → who knows its columns."""
DRAFT_KINDS = {
    "resident": "payments.services.drafts.RESIDENT",
    "employee": "payments.services.drafts.EMPLOYEE",
    "stop-item": "suspension.services.offers.STOP_ITEM",
    "resume-item": "suspension.services.offers.RESUME_ITEM",
    "resident-item": "suspension.services.offers.RESIDENT_ITEM",
    "flexible-item": "suspension.services.offers.FLEXIBLE_ITEM",
    "refund-item": "suspension.services.offers.REFUND_ITEM",
}
"""Kind of a draft beyond the rules of an area and days off → who says what holds now and puts it in force."""
DRAFT_FORMS = {
    "resident": "payments.admin.drafts.ResidentDraftForm",
    "employee": "payments.admin.drafts.EmployeeDraftForm",
    "stop-item": "suspension.admin.drafts.STOP_FORM",
    "resume-item": "suspension.admin.drafts.RESUME_FORM",
    "resident-item": "suspension.admin.drafts.RESIDENT_FORM",
    "flexible-item": "suspension.admin.drafts.FLEXIBLE_FORM",
    "refund-item": "suspension.admin.drafts.REFUND_FORM",
}
"""The form in which each of them is drafted."""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.accounts.adapters.HallAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.HallLoginForm",
    "reauthenticate": "portal.accounts.forms.HallReauthenticateForm",
}
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "portal.accounts.adapters.HallMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "portal.accounts.forms.ActivateForm",
    "reauthenticate": "portal.accounts.forms.CodeReauthenticateForm",
}
MFA_TOTP_ISSUER = "医疗保障单位网厅"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "portal.accounts.adapters.axes_username"
AXES_CLIENT_IP_CALLABLE = "portal.accounts.adapters.client_address"
AXES_LOCKOUT_CALLABLE = "portal.accounts.views.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "login", "password", "code"]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
SESSION_IDLE_SECONDS = {"staff": 15 * 60, "public": 30 * 60}
SESSION_ABSOLUTE_SECONDS = {"staff": 8 * 3600, "public": 12 * 3600}
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- browser security ---------------------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-hall" if HTTPS else "hall"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.accounts.views.resume.csrf_failed"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
"""One proxy of ours stands in front; it writes the visitor's address as the last entry of X-Forwarded-For."""
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}

# --- queues: a message is an empty hint, the facts are rows (docs/decisions/0003) ----------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
if PRODUCTION and not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL must be set, for example redis://:password@redis:6379/0.")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) or "memory://"
IS_WORKER = env.bool("HALL_IS_WORKER", default=False)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 300,
    "socket_connect_timeout": 10 if IS_WORKER else 0.5,
    "socket_timeout": 10 if IS_WORKER else 1,
    "health_check_interval": 25,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 30,
    "global_keyprefix": env.str("REDIS_PREFIX", default="hall:"),
}
if not IS_WORKER:
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"retry_on_timeout": False, "max_retries": 0}
CELERY_VISIBILITY_TIMEOUT = 300
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_DEFAULT_QUEUE = "default"
HINTS = {
    "sms": "portal.notifications.tasks.drain_sms",
    "email": "portal.notifications.tasks.drain_email",
    "materials": "suspension.tasks.render_materials",
    "demo": "portal.demo.tasks.seed_invented",
    "audit": "portal.audit.tasks.check",
    "effects": "suspension.tasks.apply_due",
    "lapses": "suspension.tasks.close_overdue",
    "assessment": "payments.tasks.assess",
    "reminders": "suspension.tasks.warn_of_corrections",
    "reminding": "payments.tasks.remind",
    "news": "portal.help.tasks.tell_news",
    "unpaid": "suspension.tasks.void_unpaid",
    "refunds": "payments.tasks.send_refunds",
    "statements": "payments.tasks.reconcile",
}
"""Queue of a hint → the task, by name, that looks at the table."""
CELERY_TASK_ROUTES = {
    "portal.notifications.tasks.drain_sms": "sms",
    "portal.notifications.tasks.drain_email": "email",
    "suspension.tasks.render_materials": "bulk",
    "suspension.tasks.look_for_duplicates": "bulk",
    "portal.demo.tasks.seed_invented": "bulk",
    "payments.tasks.assess": "bulk",
    "payments.tasks.debit": "bulk",
    "payments.tasks.reconcile": "bulk",
    "payments.tasks.remind": "bulk",
    "portal.help.tasks.tell_news": "bulk",
    "portal.accounts.tasks.forget_old": "bulk",
    "portal.audit.tasks.seal": "bulk",
    "portal.audit.tasks.check": "bulk",
    "portal.audit.tasks.nightly": "bulk",
}
SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=30)
DELIVERY_LEASE_SECONDS = env.int("DELIVERY_LEASE_SECONDS", default=60)
"""How long a worker may hold a message; longer than any call of a provider (15 s). Shorter in fault campaigns."""
DELIVERY_FIRST_WAIT_SECONDS = env.float("DELIVERY_FIRST_WAIT_SECONDS", default=30)
CELERY_BEAT_SCHEDULE = {
    "sweep": job("portal.notifications.tasks.sweep", SWEEP_SECONDS),
    "apply-due": job("suspension.tasks.apply_due", 60, is_scheduled=True),
    "lapse": job("suspension.tasks.close_overdue", crontab(minute=10), is_scheduled=True),
    "unpaid": job("suspension.tasks.void_unpaid", crontab(minute=15), is_scheduled=True),
    "lapse-unpaid": job("payments.tasks.lapse_unpaid", crontab(minute=25), is_scheduled=True),
    "late-legs": job("suspension.tasks.alarm_late_legs", crontab(minute=20), is_scheduled=True),
    "remind": job("suspension.tasks.warn_of_corrections", crontab(minute=5), is_scheduled=True),
    "duplicates": job("suspension.tasks.look_for_duplicates", 120, is_scheduled=True),
    "free-cases": job("suspension.tasks.free_cases_of_absent", crontab(minute=15), is_scheduled=True),
    "drafts": job("suspension.tasks.discard_old_drafts", crontab(hour=3, minute=20), is_scheduled=True),
    "forget": job("portal.accounts.tasks.forget_old", crontab(hour=3, minute=40)),
    "materials": job("suspension.tasks.render_materials", 60),
    "assessment": job("payments.tasks.assess", 60),
    "monthly-bills": job("payments.tasks.start_monthly", crontab(minute=40), is_scheduled=True),
    "audit-seal": job("portal.audit.tasks.seal", 300),
    "audit-check": job("portal.audit.tasks.check", 60),
    "audit-nightly": job("portal.audit.tasks.nightly", crontab(minute=35)),
    "audit-alarm": job("insured.tasks.tell_of_chain_faults", 60),
    "orders": job("payments.tasks.query_pending", 10),
    "reminders-due": job("payments.tasks.open_reminders", crontab(hour="9-17", minute=0), is_scheduled=True),
    "reminding": job("payments.tasks.remind", 60),
    "news": job("portal.help.tasks.tell_news", 60),
    "bill-files": job("payments.tasks.reconcile", crontab(hour="10-23", minute=20)),
    "debits": job("payments.tasks.debit", 60),
    "refunds": job("payments.tasks.send_refunds", 30),
}
if DEMO:
    CELERY_BEAT_SCHEDULE["demo-people"] = job("portal.demo.tasks.seed_invented", 15)

# --- the outside world --------------------------------------------------------------------------------------------
SMS_URL = env.str("SMS_URL", default="" if PRODUCTION else "http://127.0.0.1:8001")
SMS_KEY_ID = env.str("SMS_KEY_ID", default="hall")
SMS_SECRET = env.str("SMS_SECRET", default="" if PRODUCTION else "demo-sms-secret")
if PRODUCTION and (not SMS_URL or not SMS_SECRET or SMS_SECRET.startswith("demo")):
    raise ImproperlyConfigured("SMS_URL and SMS_SECRET must be set for the SMS platform.")
IDENTITY_URL = env.str("IDENTITY_URL", default="" if PRODUCTION else "http://127.0.0.1:8004")
IDENTITY_KEY_ID = env.str("IDENTITY_KEY_ID", default="hall")
IDENTITY_SECRET = env.str("IDENTITY_SECRET", default="" if PRODUCTION else "demo-identity-secret")
if PRODUCTION and (not IDENTITY_URL or not IDENTITY_SECRET or IDENTITY_SECRET.startswith("demo")):
    raise ImproperlyConfigured("IDENTITY_URL and IDENTITY_SECRET must be set for the real-name check.")
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="" if PRODUCTION else "smtp://127.0.0.1:8002")
if not EMAIL_CONFIG:
    raise ImproperlyConfigured("EMAIL_URL must be set, for example smtp+tls://user:password@mail.example.gov.cn:587.")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="hall@example.invalid")
PHONE_PAGE_URL = env.str("PHONE_PAGE_URL", default="http://127.0.0.1:8001/")
MAILBOX_PAGE_URL = env.str("MAILBOX_PAGE_URL", default="http://127.0.0.1:8003/")

# --- ways to pay: a gateway without a key is not offered ------------------------------------------------------------
ALIPAY = gateway_keys(
    "ALIPAY",
    URL=env.str("ALIPAY_URL", default="" if PRODUCTION else "http://127.0.0.1:8005/gateway.do"),
    APP_ID=env.str("ALIPAY_APP_ID", default=""),
    SELLER_ID=env.str("ALIPAY_SELLER_ID", default=""),
    KEY=env.str("ALIPAY_KEY", default=""),
    PUBLIC_KEY=env.str("ALIPAY_PUBLIC_KEY", default=""),
)
WECHATPAY = gateway_keys(
    "WECHATPAY",
    URL=env.str("WECHATPAY_URL", default="" if PRODUCTION else "http://127.0.0.1:8005"),
    APP_ID=env.str("WECHATPAY_APP_ID", default=""),
    MERCHANT_ID=env.str("WECHATPAY_MERCHANT_ID", default=""),
    KEY=env.str("WECHATPAY_KEY", default=""),
    KEY_SERIAL=env.str("WECHATPAY_KEY_SERIAL", default=""),
    API_KEY=env.str("WECHATPAY_API_KEY", default=""),
    PUBLIC_KEY=env.str("WECHATPAY_PUBLIC_KEY", default=""),
    PUBLIC_KEY_ID=env.str("WECHATPAY_PUBLIC_KEY_ID", default=""),
)
UNIONPAY = gateway_keys(
    "UNIONPAY",
    URL=env.str("UNIONPAY_URL", default="" if PRODUCTION else "http://127.0.0.1:8005/gateway/api"),
    FILE_URL=env.str("UNIONPAY_FILE_URL", default="" if PRODUCTION else "http://127.0.0.1:8005/file/"),
    MERCHANT_ID=env.str("UNIONPAY_MERCHANT_ID", default=""),
    KEY=env.str("UNIONPAY_KEY", default=""),
    CERT_ID=env.str("UNIONPAY_CERT_ID", default=""),
    ROOTS=env.str("UNIONPAY_ROOTS", default=""),
    SIGNER=env.str("UNIONPAY_SIGNER", default="中国银联股份有限公司"),
)
BANK = gateway_keys(
    "BANK",
    URL=env.str("BANK_URL", default="" if PRODUCTION else "http://127.0.0.1:8005/bank/"),
    AGENCY_ID=env.str("BANK_AGENCY_ID", default=""),
    KEY=env.str("BANK_KEY", default=""),
    PUBLIC_KEY=env.str("BANK_PUBLIC_KEY", default=""),
)
CARD = gateway_keys(
    "CARD",
    URL=env.str("CARD_URL", default="" if PRODUCTION else "http://127.0.0.1:8006"),
    AGENCY_ID=env.str("CARD_AGENCY_ID", default=""),
    KEY=env.str("CARD_KEY", default=""),
    PUBLIC_KEY=env.str("CARD_PUBLIC_KEY", default=""),
)
"""The card service of 绑定医保卡; {} without a key, and the page says that it is not connected."""
CARD_PAGE_URL = env.str("CARD_PAGE_URL", default="http://127.0.0.1:8006/")
DEBIT_DAYS = [int(day) for day in env.list("DEBIT_DAYS", default=["10", "20", "25"])]
"""On which days of a month bills with a mandate are debited; the later ones try again what the bank did not pay.
Assumed for the demo: agencies publish two or three such days, the last not after the month's last day to pay."""
if not DEBIT_DAYS or not all(1 <= day <= 28 for day in DEBIT_DAYS):
    raise ImproperlyConfigured("DEBIT_DAYS are days from 1 to 28, separated by commas.")
CASHIER_PAGE_URL = env.str("CASHIER_PAGE_URL", default="http://127.0.0.1:8005/")

# --- words and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
HALL_NAME = "医疗保障单位网厅"
AGENCY_NAME = env.str("AGENCY_NAME", default="示例市医疗保障局")
SMS_SIGN = env.str("SMS_SIGN", default="示例市医保")
"""Stands in 【】 before every SMS, as registered with the SMS platform."""
HOTLINE = "12393"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if HALL_MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.accounts.adapters.HallSession"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "portal.views.api_error",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "医疗保障单位网厅",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

# --- logs: one JSON object a line, ids only -----------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"axes": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
