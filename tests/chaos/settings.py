"""PostFlow's own, and django-q2 says which of its processes is which (tests.chaos.hosts)."""

from postflow_site.settings import *  # noqa: F403
from postflow_site.settings import LOGGING

LOGGING = {**LOGGING, "loggers": {"httpx": {"level": "WARNING"}}}
