"""The product's own settings, over a place that the test run owns and forgets."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_place = Path(tempfile.mkdtemp(prefix="postflow-tests-"))
atexit.register(shutil.rmtree, _place, ignore_errors=True)
(_place / "static").mkdir()  # whitenoise wants it there
os.environ.update(
    POSTFLOW_VAR=str(_place),
    POSTFLOW_CONFIG="",
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL", f"sqlite:///{_place}/postflow.sqlite3"),
    REDIS_URL=os.environ.get("TEST_REDIS_URL", ""),
    DISCORD_WEBHOOK_URL="",
    WEBHOOK_HOSTS="discord.com,discord.test,discord.invalid,127.0.0.1",
    FRAMEIO_CLIENT_ID="",
    FRAMEIO_CLIENT_SECRET="",
    FRAMEIO_REDIRECT_URI="",
    PUBLIC_FILE_URL="",
    NGROK_AUTHTOKEN="",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    LANGUAGE_CODE="en",
)

from postflow_site.settings import *  # noqa: F403
from postflow_site.settings import DATABASES

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and other processes look into it too.
    DATABASES["default"]["TEST"] = {"NAME": str(_place / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
