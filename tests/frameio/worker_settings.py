"""The product's settings with Frame.io alone: the processes of these tests start in no time."""

from postflow_site.settings import *  # noqa: F403

INSTALLED_APPS = ["frameio"]
