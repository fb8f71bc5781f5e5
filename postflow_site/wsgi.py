import os

from django.core.wsgi import get_wsgi_application

from postflow_site.logs.uncaught import log_uncaught

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postflow_site.settings")

log_uncaught()
application = get_wsgi_application()
