"""What Prometheus's own tool says of the metrics, the rules and the dashboard."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from frameio import tallies as calls
from frameio.models import Account
from pipeline.models import HealthFinding, Tally, WatchedFolder

MONITORING = Path(__file__).parents[2] / "docs" / "monitoring"
PROMTOOL = shutil.which("promtool")

needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not installed (Debian's package prometheus)"
)


def promtool(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    assert PROMTOOL
    return subprocess.run(
        [PROMTOOL, *words], cwd=MONITORING, input=given, capture_output=True, timeout=120
    )


@pytest.fixture
def answer(db: None) -> bytes:
    """Of a place where each metric has something to say."""
    now = timezone.now()
    Tally.objects.create(what="duration", up_to="60", times=2, amount=80)
    calls.note("GET /v4/me", "200", 0.2)
    WatchedFolder.objects.create(path='/mnt/odd "name"\\', online=True)
    Account.objects.create(name="Post", refresh_expires_at=now)
    HealthFinding.objects.create(host="box", name="disk", state="ok", since=now, seen_at=now)
    return Client().get("/metrics").content


@needs_promtool
def test_the_metrics_are_as_prometheus_wants_them(answer: bytes) -> None:
    done = promtool("check", "metrics", given=answer)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@needs_promtool
def test_the_rules_load_and_fire_when_they_should() -> None:
    for words in (
        ["check", "rules", "postflow.rules.yml"],
        ["test", "rules", "postflow.rules.test.yml"],
    ):
        done = promtool(*words)
        assert done.returncode == 0, done.stdout + done.stderr


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\bpostflow_[a-z_]+[a-z]", text))


def test_rules_dashboard_and_page_name_only_what_is_there(answer: bytes) -> None:
    there = names_in(answer.decode()) | {"postflow_"}
    for file in ("postflow.rules.yml", "postflow.rules.test.yml", "grafana-dashboard.json"):
        assert names_in((MONITORING / file).read_text()) <= there, file
    assert names_in((MONITORING / "README.md").read_text()) <= there


def test_every_metric_stands_in_the_table(answer: bytes) -> None:
    families = set(re.findall(r"^# TYPE (\w+)", answer.decode(), re.MULTILINE))
    page = (MONITORING / "README.md").read_text()
    assert {family for family in families if family not in page} == set()


def test_the_dashboard_asks_a_question_in_each_panel() -> None:
    board = json.loads((MONITORING / "grafana-dashboard.json").read_text())
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert all(target["expr"] for panel in board["panels"] for target in panel["targets"])


def test_the_dashboard_is_built_as_grafana_reads_one() -> None:
    """There is no Grafana here to load it. What its import would stumble over: a missing part, a
    panel outside of the 24 columns or over another, a source that is no variable of the board."""
    board = json.loads((MONITORING / "grafana-dashboard.json").read_text())
    assert {"title", "uid", "schemaVersion", "version", "time", "refresh"} <= board.keys()
    assert "id" not in board  # that of another Grafana's database
    variables = {f"${{{each['name']}}}" for each in board["templating"]["list"]}
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        assert panel["type"] in {"stat", "timeseries"}
        assert panel["fieldConfig"].keys() == {"defaults", "overrides"}
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert {source["uid"] for source in sources} <= variables
        ids = [target["refId"] for target in panel["targets"]]
        assert len(set(ids)) == len(ids)
        x, y, width, height = (panel["gridPos"][side] for side in "xywh")
        cells = {(x + right, y + down) for right in range(width) for down in range(height)}
        assert x + width <= 24
        assert not cells & taken
        taken |= cells


@needs_promtool
@pytest.mark.parametrize(
    "expression",
    [
        target["expr"]
        for panel in json.loads((MONITORING / "grafana-dashboard.json").read_text())["panels"]
        for target in panel["targets"]
    ],
)
def test_each_question_of_the_dashboard_can_be_asked(expression: str, tmp_path: Path) -> None:
    rules = {"groups": [{"name": "a", "rules": [{"record": "a", "expr": expression}]}]}
    (tmp_path / "rules.yml").write_text(json.dumps(rules))
    done = promtool("check", "rules", str(tmp_path / "rules.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
