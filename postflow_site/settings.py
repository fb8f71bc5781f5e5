"""Every setting of PostFlow, read once at start.

Precedence: the environment, then `.env` beside manage.py, then what the first start made under
`var/`, then `config/integrations.json`, then the defaults here. README has a row for each variable.
"""

import os
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

from postflow_site.configuration import configuration_for_settings
from postflow_site.first_start import make_secrets
from postflow_site.logs.arrangement import logging_settings

django_stubs_ext.monkeypatch()  # lets ModelAdmin[UploadJob] and the like stand at run time

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

POSTFLOW_VAR = Path(env.str("POSTFLOW_VAR", default=str(BASE_DIR / "var"))).absolute()
POSTFLOW_VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
if not ("SECRET_KEY" in env.ENVIRON and "FIELD_ENCRYPTION_KEYS" in env.ENVIRON):
    make_secrets(POSTFLOW_VAR / "secrets.env")
    env.read_env(POSTFLOW_VAR / "secrets.env")

SECRET_KEY = env.str("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
DEBUG = env.bool("DEBUG", default=False)

POSTFLOW_CONFIG = env.str("POSTFLOW_CONFIG", default=str(BASE_DIR / "config/integrations.json"))
_file = configuration_for_settings(POSTFLOW_CONFIG, named="POSTFLOW_CONFIG" in env.ENVIRON)

# --- Who may talk to us ---------------------------------------------------------------------------
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_HTTPS = env.bool("BEHIND_HTTPS", default=False)
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from beside it, without TLS
    SECURE_HSTS_SECONDS = 30 * 24 * 3600
# Whether its sister domains speak HTTPS too, and whether browsers list it, is not ours to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
# What a page may load and where its forms may go: here, and nowhere else. A page has no script or
# style in itself, so that a name or a comment that slipped through as HTML would still do nothing.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

INSTALLED_APPS = [
    "pipeline.admin.apps.PostFlowAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pipeline",  # before django-q2, whose `qcluster` is replaced by ours
    "django_q",
    "ninja",  # for its static files: the page on which the API is tried
    "frameio",
    "notifications",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # before whitenoise: an SVG opened by itself is a page too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pipeline.acting.middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Who guesses at a password is kept out for a while: that name from that address only, so that
# nobody can keep a colleague out, or with a few slips everyone behind the same router.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or the minutes that we name would be wrong
AXES_CLIENT_IP_CALLABLE = "pipeline.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "pipeline.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # a row for each login, for ever
AXES_VERBOSE = False  # a line at each start of anything
AXES_SENSITIVE_PARAMETERS = ["username"]  # people type passwords there; the log tells the address

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
]

ROOT_URLCONF = "postflow_site.urls"
WSGI_APPLICATION = "postflow_site.wsgi.application"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------------
# A connection is kept for the life of its thread: opening one for each poll of the ORM broker makes
# enqueuing ten times slower. runserver starts a thread for each request, so there it is closed.
# No ATOMIC_REQUESTS: with IMMEDIATE it would take the write lock for each page that is looked at.
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default=f"sqlite:///{POSTFLOW_VAR / 'postflow.sqlite3'}"),
        "CONN_MAX_AGE": 0 if "runserver" in sys.argv else None,
        "CONN_HEALTH_CHECKS": True,
    }
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL alone makes a transaction that reads before it writes fail at once when another process
    # wrote in between; IMMEDIATE takes the write lock first, and then the timeout counts.
    # The watcher has a cache of 4 MB, as it is to stay small however many files it tracks, and the
    # system keeps the file in memory anyway. Pages over a million jobs are quicker with 20.
    # No mmap_size: it spreads the damage of SQLite's WAL-reset bug (sqlite.org/wal.html).
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            " PRAGMA journal_size_limit=27103364;"
            f" PRAGMA cache_size={-4_000 if 'runwatcher' in sys.argv else -20_000};"
        ),
    }
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A machine whose line is cut in the midst of a transaction would keep its rows locked for
    # hours. Ours last milliseconds, so the server ends what has stood still for seconds; and we
    # notice as soon that the server no longer answers (libpq's own wait is two hours).
    # Without jit: where it expects many rows, it compiles a query of 6 ms for 250.
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c idle_in_transaction_session_timeout=10s -c jit=off",
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 25_000,
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Work in the background -----------------------------------------------------------------------
# The broker carries wake-ups only; UploadJob is the truth (pipeline.jobs). So a task is never
# given again by django-q2 (max_attempts, ack_failures, a retry no upload reaches), nothing is
# fetched ahead (queue_limit, bulk) and no result is kept (save_limit).
# Uploads last for hours, so what is short has a queue and workers of its own.
UPLOAD_WORKERS = env.int("UPLOAD_WORKERS", default=4)
SHORT_QUEUE = "postflow-short"
SHORT_WORKERS = 2
REDIS_URL = env.str("REDIS_URL", default="")
# How long a machine that falls silent keeps its uploads. Heartbeats go out every two seconds
# (pipeline/heartbeat.py), and a worker that cannot reach the database stops by itself in this time.
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)
Q_CLUSTER = {
    "name": "postflow",
    "label": "django-q2",
    "workers": UPLOAD_WORKERS,
    "queue_limit": 1,
    "bulk": 1,
    "timeout": 86_400,
    "retry": 90_000,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "catch_up": False,
    "poll": 0.1,
    "recycle": 50,
    "guard_cycle": 0.5,
    "scheduler": False,  # nothing is scheduled there, and its rows could name any code to be run
    "ALT_CLUSTERS": {SHORT_QUEUE: {"workers": SHORT_WORKERS}},
    "broker_class": (
        "pipeline.brokers.redis.RedisWithCanary"
        if REDIS_URL
        else "pipeline.brokers.orm.OrmWithCanary"
    ),
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}

# --- What the product does ------------------------------------------------------------------------
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]

# The code of the project that `manage.py demo` makes; empty: this is no demo.
DEMO_PROJECT = os.environ.get("POSTFLOW_DEMO", "")

INTEGRATIONS = {
    "frameio": "pipeline.integrations.frameio.FrameioReview",
    "folder": "pipeline.integrations.delivery.FolderDelivery",
}

DELIVERY_ROOTS = env.list("DELIVERY_ROOTS", default=[])  # below which copies may be laid

# Older finished jobs, their histories and files long gone are forgotten; 0 keeps all for ever.
KEEP_HISTORY_DAYS = env.int("KEEP_HISTORY_DAYS", default=730)

FRAMEIO_API_URL = env.str("FRAMEIO_API_URL", default="https://api.frame.io")
FRAMEIO_IMS_URL = env.str("FRAMEIO_IMS_URL", default="https://ims-na1.adobelogin.com")
FRAMEIO_CLIENT_ID = env.str("FRAMEIO_CLIENT_ID", default="")
FRAMEIO_CLIENT_SECRET = env.str("FRAMEIO_CLIENT_SECRET", default="")
FRAMEIO_REDIRECT_URI = env.str("FRAMEIO_REDIRECT_URI", default="")
FRAMEIO_SCOPES = env.str(
    "FRAMEIO_SCOPES", default="openid email profile offline_access additional_info.roles"
)
FRAMEIO_SERVICE_SCOPES = env.str("FRAMEIO_SERVICE_SCOPES", default="openid AdobeID frame.s2s.all")
FRAMEIO_PARTS_AT_ONCE = env.int("FRAMEIO_PARTS_AT_ONCE", default=8)
FRAMEIO_CHECKSUMS = env.bool("FRAMEIO_CHECKSUMS", default=True)
FRAMEIO_PATIENCE = env.int("FRAMEIO_PATIENCE", default=_file.frameio.upload_timeout)
FRAMEIO_DEFAULT_PROJECT_ID = env.str(
    "FRAMEIO_DEFAULT_PROJECT_ID", default=_file.frameio.default_project_id
)
FRAMEIO_DEFAULT_WORKSPACE_ID = env.str(
    "FRAMEIO_DEFAULT_WORKSPACE_ID", default=_file.frameio.default_workspace_id
)
UPLOAD_RETRIES = env.int("UPLOAD_RETRIES", default=_file.frameio.max_retries)
UPLOAD_BYTES_PER_SECOND = env.int("UPLOAD_BYTES_PER_SECOND", default=0)

# LucidLink's own client, where it runs beside the watcher. None of it has to be there.
LUCIDLINK_COMMAND = env.list("LUCIDLINK_COMMAND", default=["lucid3", "lucid"])
LUCIDLINK_ADDRESS = env.str("LUCIDLINK_ADDRESS", default="")
LUCIDLINK_FILESPACE = env.str("LUCIDLINK_FILESPACE", default="")
LUCIDLINK_FILES_ROUTE = env.str("LUCIDLINK_FILES_ROUTE", default="/v1/{filespace}/files")
LUCIDLINK_QUEUE_ROUTE = env.str("LUCIDLINK_QUEUE_ROUTE", default="/cache/info")

# For projects whose renders Frame.io fetches from here (manage.py fileserver).
FILE_SERVER_PORT = env.int("FILE_SERVER_PORT", default=8010)
PUBLIC_FILE_URL = env.str("PUBLIC_FILE_URL", default="")
NGROK_AUTHTOKEN = env.str("NGROK_AUTHTOKEN", default="")
NGROK_PATH = env.str("NGROK_PATH", default="ngrok")

# The only hosts that an address given by a person may lead to (notifications.addresses).
WEBHOOK_HOSTS = env.list(
    "WEBHOOK_HOSTS",
    default=["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"],
)
# Apprise's names of services whose hosts are their own (notifications.services).
APPRISE_SERVICES = env.list(
    "APPRISE_SERVICES", default=["slack", "tgram", "pover", "gchat", "wxteams", "twist"]
)
DISCORD_WEBHOOK_URL = env.str("DISCORD_WEBHOOK_URL", default=_file.discord.webhook_url)
DISCORD_ENABLED = env.bool("DISCORD_ENABLED", default=_file.discord.enabled)
DISCORD_UPLOAD_SUCCESS = env.bool(
    "DISCORD_UPLOAD_SUCCESS", default=_file.discord.notifications.upload_success
)
DISCORD_UPLOAD_ERROR = env.bool(
    "DISCORD_UPLOAD_ERROR", default=_file.discord.notifications.upload_error
)
DISCORD_DAILY_SUMMARY = env.bool(
    "DISCORD_DAILY_SUMMARY", default=_file.discord.notifications.daily_summary
)
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")  # for links in cards
# What opens a file of the mount on the machine of whoever reads its page (pipeline.file_links).
FILE_LINK_TEMPLATE = env.str("FILE_LINK_TEMPLATE", default="")

# The API sends files from watched folders, and from these.
ALLOWED_ROOTS = env.list("ALLOWED_ROOTS", default=[])
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", default=300)

# --- Languages, time, static files ----------------------------------------------------------------
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", "English"), ("fr", "Français")]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = BEHIND_HTTPS
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = POSTFLOW_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Health and logs ------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOGGING = logging_settings(
    POSTFLOW_VAR / "logs" if env.bool("LOG_FILES", default=True) else None,
    level=env.str("LOG_LEVEL", default="INFO"),
    form=env.str("LOG_FORMAT", default="text"),
    secrets=[
        SECRET_KEY,
        *FIELD_ENCRYPTION_KEYS,
        FRAMEIO_CLIENT_SECRET,
        NGROK_AUTHTOKEN,
        METRICS_TOKEN,
        DISCORD_WEBHOOK_URL,
        DATABASES["default"].get("PASSWORD", ""),
        urlsplit(REDIS_URL).password or "",
    ],
)
