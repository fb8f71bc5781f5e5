"""The picture that Frame.io has made of a file."""

from frameio import thumbnails
from frameio.thumbnails import Thumbnail
from pipeline.integrations.frameio_accounts import client_of

__all__ = ["Thumbnail", "fetch"]


def fetch(account_pk: int | None, remote_id: str) -> Thumbnail | None:
    """None as long as there is none. Raises IntegrationError."""
    with client_of(account_pk) as (client, account):
        return thumbnails.fetch(client, account.account_id, remote_id, account.api_url)
