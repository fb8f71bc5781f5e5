"""What django-q2 says of its processes, which all have one name for the system."""

import logging
import re

ROLES = re.compile(r"(ready for work|monitoring|pushing tasks) at (\d+)")


class RolesAlone(logging.Filter):
    """Its line for each wake-up would be measured with what it wakes."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(ROLES.search(record.getMessage()))
