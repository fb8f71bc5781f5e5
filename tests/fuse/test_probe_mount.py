"""`manage.py probe_mount` on a plain folder, and on real mounts of which we know the truth."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.fuse.mounts import FaultyMount, Mount

pytestmark = pytest.mark.processes


def probe(path: Path, *words: str) -> str:
    out = io.StringIO()
    call_command("probe_mount", str(path), "--seconds", "5", *words, stdout=out)
    return out.getvalue()


def test_a_plain_folder(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "a.mov").write_bytes(b"frames")
    found = json.loads(probe(tmp_path, "--far", str(tmp_path), "--json"))
    assert found["costs"]["files"] == 1
    assert found["costs"]["kinds_told"] is True
    assert found["costs"]["inodes_stable"] is True
    assert found["own_events"] is True
    assert found["from_afar"]["events"] is True
    assert found["from_afar"]["folder_dated"] is True
    assert [path.name for path in tmp_path.iterdir()] == ["A"]


def test_what_is_not_measured_is_not_known(tmp_path: Path) -> None:
    assert "Others' writing: not measured" in probe(tmp_path)


def test_a_mount_that_tells_nothing_of_others_writing(mount: Mount) -> None:
    mount.put("a.mov")
    found = json.loads(probe(mount.near, "--far", str(mount.far), "--json"))
    assert (found["carrier"], found["own_disk"]) == (str(mount.near), False)
    assert found["own_events"] is True
    assert found["from_afar"]["events"] is False
    assert found["from_afar"]["name_after"] < 2
    assert "Others' writing makes no events" in " ".join(found["settings"])


def test_a_read_only_mount_that_tells_no_kinds(faulty: FaultyMount) -> None:
    faulty.put("A/a.mov")
    text = probe(faulty.near)
    assert "Kinds told with the names: no" in text
    assert "Events of this machine's writing: not known" in text


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="it is not there"):
        probe(tmp_path / "nowhere")
