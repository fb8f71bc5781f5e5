"""PostFlow's own, and django-q2 says which of its processes is which (tests.chaos.roles)."""

from postflow_site.settings import *  # noqa: F403
from postflow_site.settings import LOGGING
from tests.chaos.roles import RolesAlone

filters, loggers = LOGGING["filters"], LOGGING["loggers"]
assert isinstance(filters, dict)
assert isinstance(loggers, dict)
LOGGING = {
    **LOGGING,
    "filters": {**filters, "roles": {"()": RolesAlone}},
    "loggers": {**loggers, "django-q": {"level": "INFO", "filters": ["roles"]}},
}
