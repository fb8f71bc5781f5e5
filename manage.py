#!/usr/bin/env python
"""PostFlow's command line: `python manage.py help` lists the commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from postflow_site.logs.uncaught import log_uncaught

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postflow_site.settings")
    log_uncaught()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # for whoever set it, who has no use for a traceback
        sys.exit(str(error))
