"""All settings, read once at start. Deep code gets values, not this module."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from config import env
from config.secret import read_or_make_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.path("SOTTO_DATA", BASE_DIR / "data")

# --- which house this is ------------------------------------------------------------------
EDITION = env.choice("EDITION", ("selfhosted", "hosted"), "selfhosted")
HOSTED = EDITION == "hosted"
PRIVATE_TRANSCRIPTS = env.boolean("PRIVATE_TRANSCRIPTS", default=False)
DEBUG = env.boolean("DEBUG", default=False)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://{HOST}:{PORT}").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
REDIS_URL = env.text("REDIS_URL")
SECRET_KEY = env.text("SECRET_KEY") or read_or_make_secret_key(DATA_DIR / "secret-key")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [
    *("127.0.0.1", "localhost", "[::1]", HOST),
    urlsplit(PUBLIC_URL).hostname or HOST,
]

# --- audio and jobs -----------------------------------------------------------------------
AUDIO_BUDGET_BYTES = env.number("AUDIO_BUDGET_MB", 0) * 1_000_000  # 0: half of the free memory
MAX_FILE_BYTES = env.number("MAX_FILE_MB", 2_000) * 1_000_000  # 0: whatever the budget holds
BURN_INS_AT_ONCE = env.number("BURN_INS_AT_ONCE", 1, least=1)  # in each process that serves
BURN_IN_PATIENCE_SECONDS = env.number("BURN_IN_PATIENCE_SECONDS", 60, least=1)
BURN_IN_MAX_MINUTES = env.number("BURN_IN_MAX_MINUTES", 180, least=1)
AUDIO_MAX_AGE = timedelta(hours=24)
UPLOAD_ABANDONED_AFTER = timedelta(hours=1)
HANDOVER_MAX_AGE = timedelta(minutes=env.number("HANDOVER_MINUTES", 60, least=1))
GUEST_DAYS = env.number("GUEST_DAYS", 30 if HOSTED else 0)  # 0: until the guest deletes them
VOICE_LAB_WAITS = timedelta(days=env.number("VOICE_LAB_WAITING_DAYS", 14, least=1))
JOB_LEASE = timedelta(seconds=6)  # twice that, and two sweeps, until a dead worker's job goes on
JOB_MAX_CRASHES = 2
MODEL_AWAITED = timedelta(minutes=15)  # by jobs for it, while no worker that lives has it
SWEEP_EVERY = timedelta(seconds=2)  # what keeps jobs moving; the rest once a minute
BACKUPS_KEPT = timedelta(days=env.number("BACKUP_DAYS", 30))
RECOGNISER_IDLE = timedelta(seconds=env.number("RECOGNISER_IDLE_SECONDS", 45, least=1))
RECOGNISER_STALLED_AFTER = timedelta(minutes=15)
MODELS_DIR = env.path("SOTTO_MODELS", DATA_DIR / "models")
DEFAULT_MODEL = env.text("DEFAULT_MODEL", "moonshine-tiny-en")
# Ordinary bodies stay in memory and small; audio never comes this way (config/asgi.py).
REQUEST_BODY_MAX_BYTES = 8 * 1024 * 1024
DOCUMENT_BODY_MAX_BYTES = 32 * 1024 * 1024  # ten hours of words with their times are 8.4 MB
# Django's own limits are those of the larger; config/bodies.py has held the smaller by then.
DATA_UPLOAD_MAX_MEMORY_SIZE = DOCUMENT_BODY_MAX_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = DOCUMENT_BODY_MAX_BYTES  # beyond it, Django writes to a disk
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# --- Django -------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "accounts",
    "billing",
    "privacy",
    "transcripts",
    "transcripts.index",
    "daphne",
    "channels",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "config.security.ContentSecurityPolicyMiddleware",
    "transcripts.api.middleware.ApiAnswersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.htmx.HtmxResponsesMiddleware",
    "config.refusals.RefusalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]
DATABASES = {
    "default": env.database("DATABASE_URL", DATA_DIR / "sotto.sqlite3"),
    "keys": env.database("KEYS_DATABASE_URL", DATA_DIR / "keys.sqlite3", forgets=True),
    "search": env.database("SEARCH_DATABASE_URL", DATA_DIR / "search.sqlite3", large=True),
}
DATABASE_ROUTERS = ["transcripts.index.routers.SearchRouter", "privacy.routers.KeyStoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Wrong passwords are counted here. With Django's 300, whoever fills it forgets them.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    )
}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}
STORAGES = {
    "default": env.storage("STORAGE_URL", DATA_DIR / "objects"),
    "staticfiles": {"BACKEND": "config.static.HashedStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "transcripts" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- accounts -----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_MIN_CHARS, PASSWORD_MAX_CHARS = 10, 128
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_CHARS},
    },
    {
        "NAME": "accounts.passwords.MaximumLengthValidator",
        "OPTIONS": {"max_length": PASSWORD_MAX_CHARS},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ContextWordsValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_REDIRECT_URL = "library"
LOGIN_URL = "account_login"
LOGOUT_REDIRECT_URL = "/"

# Where mail may not be set up, an address need not be confirmed and the page may say that an
# address is taken: without mail there is no other way to say it.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if HOSTED else "optional"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = HOSTED  # the tab stays, and a guest's work with it
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = "strict" if HOSTED else True
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)  # 0: X-Forwarded-For is ignored
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "accounts.forms.AddPasskeyForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = not HOSTED
MFA_TOTP_ISSUER = "Sotto"
MFA_RECOVERY_CODE_DIGITS = 20  # 66 bits each; stored as one sealed seed
USERSESSIONS_TRACK_ACTIVITY = False  # one address per log-in is enough

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # without use
SESSION_MAX_AGE = timedelta(days=90)  # with use
# A guest's transcripts open with this cookie alone: it lasts as long as they do. Browsers keep
# no cookie for more than 400 days.
GUEST_SESSION_AGE = timedelta(days=GUEST_DAYS or 400)
UNCONFIRMED_ACCOUNTS_KEPT = timedelta(days=3)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- mail ---------------------------------------------------------------------------------
MAIL = env.mail("MAIL_URL")
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.starttls, MAIL.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", "Sotto <sotto@localhost>")

# --- security -----------------------------------------------------------------------------
CSRF_FAILURE_VIEW = "transcripts.views.pages.csrf_failed"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sotto_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "sotto_csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
KNOWN_BROWSER_COOKIE_NAME = "__Host-known-browser" if HTTPS else "sotto_known_browser"
SHARE_COOKIE_PREFIX = "__Host-share-" if HTTPS else "sotto_share_"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^v1/", r"^health$", r"^ready$"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("BEHIND_TLS_PROXY", default=HTTPS) else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- logs and reports of errors (docs/logs.md) --------------------------------------------
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
ERROR_REPORTER = env.text("ERROR_REPORTER")
RELEASE = env.text("RELEASE")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "config.logs.Lines"}},
    "handlers": {
        "stderr": {"()": "config.logs.Stderr", "formatter": "lines"},
        "reports": {"()": "config.error_reports.ErrorReports"},
    },
    "root": {
        "handlers": ["stderr", "reports"],
        "level": env.choice("LOG_LEVEL", LOG_LEVELS, "WARNING"),
    },
    # Django's own handlers print paths, and mail whole requests.
    "loggers": {
        "django": {"handlers": [], "level": "NOTSET"},
        "django.server": {"handlers": [], "level": "NOTSET", "propagate": True},
    },
}
