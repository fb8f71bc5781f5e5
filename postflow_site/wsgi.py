import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from postflow_site.logs.uncaught import log_uncaught

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postflow_site.settings")

log_uncaught()
application = get_wsgi_application()
import_string("pipeline.presence.begin")()
