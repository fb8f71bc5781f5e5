"""A page as it is read: its text, without its tags."""

import re
from html import unescape

from django.test import Client


def page_text(client: Client, address: str) -> str:
    """Blanks of whatever kind are one."""
    content = client.get(address).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", "", content)).split())
