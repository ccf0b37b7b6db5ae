"""Settings of Steward. A deployment changes them by environment variables only (see .env.example)."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent


def needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. `make run` sets it; else copy .env.example and fill it in.")
    return value


DEBUG = env.flag("DEBUG")
SECRET_KEY = needed("SECRET_KEY")
FIELD_KEYS = env.words("FIELD_KEYS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "core",
    "staff",
    "premises",
    "rounds",
    "tenants",
    "billing",
    "complaints",
    "repairs",
    "fitout",
    "frontdesk",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "import_export",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.SignInRequired",
    "core.middleware.HistoryActor",
    "core.middleware.PlainErrors",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "frontdesk.context.shell",
            ],
        },
    }
]

DATABASE_URL = needed("DATABASE_URL")
DATABASES = {
    "default": env.database(DATABASE_URL),
    # The owner of the tables: only `migrate --database=migrator` uses it.
    "migrator": env.database(os.environ.get("MIGRATOR_DATABASE_URL", "") or DATABASE_URL),
}
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    # A row of a list brings what it points to along: PostgreSQL would think longer about the order of nine joins than work on them.
    "options": "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s -c join_collapse_limit=4",
}
DATABASE_ROUTERS = ["core.database.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APP_ROLE, AUDITOR_ROLE = "steward_app", "steward_auditor"

REDIS_URL = needed("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.cache(REDIS_URL)}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"

CELERY_BROKER_URL = env.broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
# Due work is rows in the database; beat only rings the bell, so a lost or doubled tick does no harm.
CELERY_BEAT_SCHEDULE = {
    "relay": {"task": "core.tasks.relay", "schedule": 20.0},
    "tick": {"task": "core.tasks.tick", "schedule": 60.0},
}

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["staff.backends.CountedBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "staff.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
# Seconds: a signature with the account asks for the password again after a quarter of an hour.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Wrong passwords are counted in the database (staff.sign_in), strict per name and generous per address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Steward"
# Codes are counted and spent in the database, like passwords (staff.second_factor).
MFA_FORMS = {
    "authenticate": "staff.second_factor.CodeForm",
    "reauthenticate": "staff.second_factor.CodeAgainForm",
    "activate_totp": "staff.second_factor.EnrolForm",
}
USERSESSIONS_TRACK_ACTIVITY = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
# When a working day opens and closes; deadlines in working hours count between (core.clock).
WORKING_HOURS = env.hours("WORKING_HOURS", "09:00-18:00")
USE_I18N = True
# So many days ahead rounds are made; hours after which a round that nobody finished is closed.
ROUNDS_AHEAD_DAYS = int(os.environ.get("ROUNDS_AHEAD_DAYS", "14"))
ROUNDS_CLOSE_AFTER_HOURS = int(os.environ.get("ROUNDS_CLOSE_AFTER_HOURS", "12"))

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / ".run" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "core.finders.VendorFinder",
]
NODE_MODULES = Path(os.environ.get("NODE_MODULES", BASE_DIR / "node_modules"))
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", BASE_DIR / ".run" / "media"))
STATIC_STORAGES = {
    "plain": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "manifest": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    "compressed": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGES[os.environ.get("STEWARD_STATIC", "manifest")]},
}
if os.environ.get("STEWARD_STATIC") == "plain":
    # Tests serve static files by Django's own handler; indexing them anew for every client would cost more than the tests.
    MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
FILE_SIZE_LIMIT = int(os.environ.get("FILE_SIZE_LIMIT", str(20 * 1024 * 1024)))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# `make run` serves plain http on this machine only; a real deployment sits behind TLS and says so.
HTTPS = env.flag("HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Tries to sign in and public requests are counted by the caller's address, not by the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

EMAIL_URL = os.environ.get("EMAIL_URL", "")
NOTIFY_URLS = env.words("NOTIFY_URLS")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "steward@localhost")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_URL else "django.core.mail.backends.dummy.EmailBackend"
if EMAIL_URL:
    _mail = env.mail(EMAIL_URL)
    EMAIL_HOST, EMAIL_PORT = _mail["host"], _mail["port"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS = _mail["user"], _mail["password"], _mail["tls"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"pikepdf": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}},
}
