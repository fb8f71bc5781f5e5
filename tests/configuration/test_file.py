"""`config/integrations.json`: what it may say, and what is told when it says something else."""

import json
import re
from pathlib import Path

import pytest

from postflow_site.configuration import (
    BadConfiguration,
    Configuration,
    configuration_for_settings,
    read,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "integrations.json"


def fault(file: Path, said: object) -> str:
    file.write_text(said if isinstance(said, str) else json.dumps(said))
    with pytest.raises(BadConfiguration) as caught:
        read(file)
    return str(caught.value)


def test_the_example_is_good() -> None:
    found = read(ROOT / "docs" / "integrations.example.json")
    assert found.lucidlink.watch_directories == ["UNDLM/renders", "Dailies"]


def test_the_example_has_every_key_that_can_be_set() -> None:
    example = json.loads((ROOT / "docs" / "integrations.example.json").read_text())
    assert set(example) == set(Configuration.model_fields)
    for section in ("frameio", "lucidlink", "discord"):
        model = type(getattr(Configuration(), section))
        assert set(example[section]) == set(model.model_fields) - {"chunk_size"}


def test_the_page_names_every_key() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    named = set(re.findall(r"`((?:frameio|lucidlink|discord)\.[a-z_.]+)`", page))
    found = Configuration()
    sections = {"frameio": found.frameio, "lucidlink": found.lucidlink, "discord": found.discord}
    keys = {f"{name}.{key}" for name, each in sections.items() for key in type(each).model_fields}
    shown = {
        f"discord.notifications.{key}" for key in type(found.discord.notifications).model_fields
    }
    assert named == (keys | shown) - {"discord.notifications"}


def test_all_faults_are_told_at_once(file: Path) -> None:
    told = fault(
        file,
        {
            "frameio": {"upload_timeout": "soon", "chunk_size": 5, "speed": 1},
            "lucidlink": {"mount_path": "studio", "file_extensions": ["m ov"]},
            "discord": {"webhook_url": "ftp://x", "notifications": {"upload_success": "yes"}},
            "slack": {},
        },
    )
    for key in (
        "frameio.upload_timeout",
        "frameio.chunk_size",
        "frameio.speed",
        "lucidlink.mount_path",
        "lucidlink.file_extensions.0",
        "discord.webhook_url",
        "discord.notifications.upload_success",
        "slack",
    ):
        assert f"  {key}: " in told


def test_a_key_that_cannot_be_says_what_took_its_place(file: Path) -> None:
    assert "FRAMEIO_PARTS_AT_ONCE" in fault(file, {"frameio": {"chunk_size": 10_000_000}})


def test_an_unknown_key_says_which_there_are(file: Path) -> None:
    told = fault(file, {"discord": {"notifications": {"upload_sucess": True}}})
    assert "known here: upload_success, upload_error, daily_summary" in told


def test_a_secret_is_never_told(file: Path) -> None:
    assert "sentinel" not in fault(file, {"discord": {"webhook_url": "ftp://sentinel"}})
    assert "sentinel" not in fault(file, '{"discord": {"webhook_url": "https://sentinel}}')
    assert "sentinel" not in repr(
        Configuration.model_validate({"discord": {"webhook_url": "https://sentinel"}})
    )


def test_what_is_no_json_says_where(file: Path) -> None:
    assert "line 1" in fault(file, '{"frameio": }')


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert configuration_for_settings(str(tmp_path / "none"), named=False) == Configuration()
    assert configuration_for_settings("", named=True) == Configuration()


def test_one_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="POSTFLOW_CONFIG"):
        configuration_for_settings(str(tmp_path / "none"), named=True)
