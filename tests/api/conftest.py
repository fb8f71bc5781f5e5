"""Nora runs the place, Paul only looks at uploads; both have tokens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from frameio.models import Account
from pipeline import tokens
from pipeline.models import ApiToken, NamingRule, Project, WatchedFolder

ALL_SCOPES = list(ApiToken.Scope.values)
MakeClient = Callable[..., Client]


@pytest.fixture
def nora(db: None) -> User:
    return User.objects.create_superuser("nora")


@pytest.fixture
def paul(db: None) -> User:
    user = User.objects.create_user("paul", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_uploadjob"))
    return user


@pytest.fixture
def client_of() -> MakeClient:
    def make(user: User, *scopes: str) -> Client:
        _token, secret = tokens.issue(user, "a test", scopes or ALL_SCOPES, None)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return make


@pytest.fixture
def api(nora: User, client_of: MakeClient) -> Client:
    """Whatever there is may be done with it."""
    return client_of(nora)


@pytest.fixture
def project(db: None) -> Project:
    account = Account.objects.create(name="Undertow Post", account_id="acc", needs_login=False)
    return Project.objects.create(
        code="UNDLM", name="Undertow", frameio_account=account.pk, frameio_project_id="remote"
    )


@pytest.fixture
def rule(project: Project) -> NamingRule:
    return NamingRule.objects.create(name="Episodic", project=project)


@pytest.fixture
def renders(tmp_path: Path, project: Project, rule: NamingRule) -> Path:
    """A watched folder with two renders in it."""
    folder = tmp_path / "renders"
    folder.mkdir()
    for name in ("UNDLM_SC010_SH0010_comp_v003.mov", "playblast.mov"):
        (folder / name).write_bytes(b"frames")
    WatchedFolder.objects.create(path=str(folder), project=project)
    return folder
