"""Only what lies in a watched folder or an allowed root can be named."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from pipeline.models import MountPath, SourceFile, UploadJob

JOBS = "/api/v1/jobs"
EXPLAIN = "/api/v1/files/explain"
NAME = "UNDLM_SC010_SH0010_comp_v003.mov"


def code(api: Client, path: object) -> str:
    answer = api.post(JOBS, {"path": str(path)}, content_type="application/json").json()
    return str(answer["error"]["code"]) if answer["error"] else ""


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / NAME
    path.parent.mkdir()
    path.write_bytes(b"not yours")
    return path


def test_a_file_elsewhere_is_refused(api: Client, renders: Path, outside: Path) -> None:
    assert code(api, outside) == "path_outside"


def test_whether_there_is_one_elsewhere_is_not_told(
    api: Client, renders: Path, outside: Path
) -> None:
    assert code(api, outside.with_name("nothing.mov")) == "path_outside"


def test_climbing_out_is_refused(api: Client, renders: Path, outside: Path) -> None:
    assert code(api, f"{renders}/../elsewhere/{NAME}") == "path_outside"
    assert code(api, f"{renders}/..") == "path_outside"


def test_a_neighbour_whose_name_begins_alike_is_outside(api: Client, renders: Path) -> None:
    other = Path(f"{renders}-private")
    other.mkdir()
    (other / NAME).write_bytes(b"not yours")
    assert code(api, other / NAME) == "path_outside"


def test_a_symlink_that_leads_out_is_refused(api: Client, renders: Path, outside: Path) -> None:
    (renders / "link.mov").symlink_to(outside)
    (renders / "folder").symlink_to(outside.parent)
    assert code(api, renders / "link.mov") == "path_outside"
    assert code(api, renders / "folder" / NAME) == "path_outside"
    assert not SourceFile.objects.exists()


def test_a_symlink_that_stays_inside_is_fine(api: Client, renders: Path) -> None:
    (renders / "UNDLM_SC010_SH0020_comp_v001.mov").symlink_to(renders / NAME)
    assert code(api, renders / "UNDLM_SC010_SH0020_comp_v001.mov") == ""
    assert UploadJob.objects.get().name == "UNDLM_SC010_SH0020_comp_v001.mov"


def test_an_allowed_root_opens_its_files(
    api: Client, renders: Path, outside: Path, settings: Settings
) -> None:
    settings.ALLOWED_ROOTS = [str(outside.parent)]
    assert code(api, outside) == ""


def test_a_path_may_be_as_another_machine_sees_it(api: Client, renders: Path) -> None:
    MountPath.objects.create(share="studio", host="*", path=str(renders.parent))
    MountPath.objects.create(share="studio", host="mac-1", path="/Volumes/studio")
    assert code(api, f"/Volumes/studio/renders/{NAME}") == ""
    assert UploadJob.objects.get().source.path == renders / NAME


def test_a_folder_is_not_a_file(api: Client, renders: Path) -> None:
    (renders / "deeper").mkdir()
    assert code(api, renders / "deeper") == "not_sendable"


def test_a_file_that_is_not_there_is_told(api: Client, renders: Path) -> None:
    assert code(api, renders / "gone.mov") == "file_not_readable"


@pytest.mark.parametrize("path", ["renders/a.mov", "", "/a\0b", "~/a.mov"])
def test_what_is_no_whole_path_is_not_valid(api: Client, renders: Path, path: str) -> None:
    assert code(api, path) == "not_valid"


def test_explanations_keep_to_the_same_roots(api: Client, renders: Path, outside: Path) -> None:
    inside = api.post(EXPLAIN, {"path": str(renders / NAME)}, content_type="application/json")
    assert inside.json()["path"] == str(renders / NAME)
    assert inside.json()["verdict"]
    refused = api.post(EXPLAIN, {"path": str(outside)}, content_type="application/json")
    assert refused.json()["error"]["code"] == "path_outside"
