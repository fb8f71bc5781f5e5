import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from frameio.client import FrameioClient
from frameio.models import Account
from frameio.oauth import Bearer
from tests.frameio.fake import API, FakeFrameio


@pytest.fixture
def fake() -> FakeFrameio:
    return FakeFrameio()


@pytest.fixture
def pauses() -> list[float]:
    """How long the client slept, instead of sleeping."""
    return []


@pytest.fixture
def client(fake: FakeFrameio, pauses: list[float]) -> Iterator[FrameioClient]:
    auth = Bearer("good")
    with FrameioClient(API, auth, transport=fake.transport(), sleep=pauses.append) as client:
        yield client


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create(
        name="Studio",
        user_id="user-1",
        account_id="acc",
        api_url=API,
        ims_url=API,
        client_id="id",
        client_secret="secret",
        access_token="good",
        refresh_token="refresh-1",
        access_expires_at=timezone.now() + timedelta(hours=20),
        refresh_expires_at=timezone.now() + timedelta(days=13),
        needs_login=False,
    )


@pytest.fixture
def render(tmp_path: Path) -> Path:
    """A finished render of 10 000 bytes."""
    path = tmp_path / "UNDLM_sc010_sh020_comp_v003.mov"
    path.write_bytes(random.Random(1).randbytes(10_000))
    return path
