"""Addresses that open a file of the mount on the machine of whoever reads them.

What opens it there is each studio's own: its template stands in `FILE_LINK_TEMPLATE`.
"""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

SCHEMES = {"https", "file", "lucid"}
WHOLE, BELOW = "{path}", "{in_mount}"


def fault_of(template: str) -> str:
    """For whoever runs PostFlow; empty when there is none."""
    if not template:
        return ""
    if urlsplit(template).scheme not in SCHEMES:
        return f"FILE_LINK_TEMPLATE begins with none of: {', '.join(sorted(SCHEMES))}."
    if WHOLE not in template and BELOW not in template:
        return f"FILE_LINK_TEMPLATE has neither {WHOLE} nor {BELOW}: all files had one link."
    return ""


def link_to(path: Path, mount_point: Path | None, template: str) -> str:
    """Empty where there is none: without a good template, or without the mount it needs to know."""
    if not template or fault_of(template):
        return ""
    link = template.replace(WHOLE, _quoted(path))
    if BELOW not in template:
        return link
    if mount_point is None or not path.is_relative_to(mount_point):
        return ""
    return link.replace(BELOW, _quoted(path.relative_to(mount_point)))


def _quoted(path: Path) -> str:
    return quote(os.fsencode(path))
