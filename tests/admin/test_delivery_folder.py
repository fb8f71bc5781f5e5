"""The settings of a delivery folder on the project's page."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from pipeline.models import Project, WatchedFolder

URL = "/admin/pipeline/project/add/"


@pytest.fixture
def root(tmp_path: Path, settings: Settings) -> Path:
    root = tmp_path / "delivery"
    root.mkdir()
    settings.DELIVERY_ROOTS = [str(tmp_path)]
    return root


@pytest.fixture
def form(root: Path) -> dict[str, object]:
    return {
        "code": "KES",
        "name": "Kestrel",
        "integrations": ["folder"],
        "transfer": "direct",
        "frameio_project_kind": "chosen",
        "frameio_name_template": "{code}",
        "same_name": "version",
        "comments_for_days": "14",
        "review_days": "14",
        "delivery_root": str(root),
        "delivery_folder_template": "{scene}/{shot}",
    }


def refusal(nora: Client, form: dict[str, object]) -> str:
    page = nora.post(URL, form)
    assert page.status_code == 200
    assert not Project.objects.exists()
    return page.content.decode()


def test_it_is_saved_and_the_folder_is_marked(
    nora: Client, form: dict[str, object], root: Path
) -> None:
    nora.post(URL, form)
    project = Project.objects.get()
    assert (project.integrations, project.delivery_root) == (["folder"], str(root))
    assert [path.name for path in root.iterdir()] == [".postflow-delivery"]


def test_a_folder_that_is_not_there_is_kept_with_a_warning(
    nora: Client, form: dict[str, object], root: Path
) -> None:
    page = nora.post(URL, {**form, "delivery_root": str(root / "new")}, follow=True)
    assert "cannot be written to: No such file or directory." in page.content.decode()
    assert Project.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"delivery_root": ""}, "Say in which folder the copies are laid."),
        ({"delivery_root": "delivery"}, "Give the whole path, from the root."),
        ({"delivery_root": "/etc"}, "Deliveries may only go below"),
        ({"delivery_folder_template": "{scene:3d}"}, "here it is just {scene}"),
        ({"delivery_folder_template": "../{shot}"}, "cannot be the name of a folder"),
        ({"delivery_name_template": "{shot}/{ext}"}, "may not hold"),
        ({"delivery_approved_only": "on"}, "PostFlow hears of an approval only where"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    nora: Client, form: dict[str, object], wrong: dict[str, str], sentence: str
) -> None:
    assert sentence in refusal(nora, {**form, **wrong})


def test_a_way_around_the_allowed_folders_is_none(
    nora: Client, form: dict[str, object], root: Path
) -> None:
    assert "Deliveries may only go below" in refusal(
        nora, {**form, "delivery_root": f"{root}/../../../.."}
    )
    (root / "out").symlink_to("/")
    assert "Deliveries may only go below" in refusal(nora, {**form, "delivery_root": f"{root}/out"})


def test_a_folder_in_a_watched_one_is_refused(
    nora: Client, form: dict[str, object], root: Path
) -> None:
    WatchedFolder.objects.create(path=str(root.parent))
    assert "is watched, and the copies would be sent again" in refusal(nora, form)


def test_where_it_is_not_ticked_nothing_is_asked_of_it(
    nora: Client, form: dict[str, object]
) -> None:
    nora.post(URL, {**form, "integrations": ["frameio"], "delivery_root": ""})
    assert Project.objects.get().delivery_root == ""
