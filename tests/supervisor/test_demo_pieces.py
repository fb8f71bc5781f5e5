"""What the demo is made of, without its processes."""

import hashlib
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import respx
from django.contrib.sessions.models import Session
from rich.console import Console

from pipeline.demo import place
from pipeline.demo.arrivals import Arrival, Sandbox, look
from pipeline.demo.clips import Clip, clips, save_all
from pipeline.demo.screen import Screen
from pipeline.demo.show import Heard, Watch
from pipeline.demo.stage import HOST, make_admin, open_web
from pipeline.models import Delivery, SourceFile, UploadJob
from pipeline.supervisor.ports import PortTaken
from pipeline.supervisor.supervisor import OURSELVES
from tests.supervisor.conftest import Stage

URL = "http://127.0.0.1:9"
ROOT = Path(__file__).parents[2]
State = UploadJob.State


@pytest.fixture
def clip() -> Clip:
    return clips()[0]


@pytest.fixture
def sandbox(respx_mock: respx.MockRouter) -> Callable[..., Sandbox]:
    def holding(*files: tuple[str, str | None]) -> Sandbox:
        tree = [{"name": name, "sha256": sha256} for name, sha256 in files]
        respx_mock.get(f"{URL}/_sandbox/tree").respond(json=tree)
        return Sandbox(URL)

    return holding


def make_job(clip: Clip, state: State, **columns: object) -> UploadJob:
    source = SourceFile.objects.create(key=clip.name, raw_path=b"x", size=1, mtime_ns=1)
    return UploadJob.objects.create(
        source=source, name=clip.name, size=clip.size, mtime_ns=1, state=state, **columns
    )


def test_there_are_three_small_clips_of_different_lengths() -> None:
    assert [clip.name for clip in clips()] == [
        "UNDLM_00412_anim_v003.mov",
        "UNDLM_00412_anim_v004.mov",
        "UNDLM_00415_comp_v001.mp4",
    ]
    assert len({clip.size for clip in clips()}) == 3
    assert sum(clip.size for clip in clips()) < 500_000


def test_the_clips_are_what_a_browser_plays_at_once() -> None:
    heads = [clip.path.read_bytes()[:4096] for clip in clips()]

    assert all(b"ftyp" in head and b"moov" in head and b"avc1" in head for head in heads)


def test_clips_are_saved_whole_whichever_way(tmp_path: Path) -> None:
    sizes: list[int] = []
    last = tmp_path / clips()[2].name

    def note(_seconds: float) -> None:
        sizes.append(last.stat().st_size if last.exists() else 0)

    save_all(clips(), tmp_path, sleep=note)

    saved = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()
    }
    assert saved == {clip.name: clip.sha256 for clip in clips()}
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 5


def test_a_clip_that_appears_at_once_is_hidden_until_it_is_whole(tmp_path: Path) -> None:
    second = clips()[1]
    seen: list[str] = []

    save_all(
        clips()[:2], tmp_path, sleep=lambda _: seen.extend(path.name for path in tmp_path.iterdir())
    )
    assert seen.index(f".{second.name}.part") < seen.index(second.name)


def test_the_demo_goes_nowhere_near_the_real_thing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "real")
    monkeypatch.setenv("DATABASE_URL", "postgres://real")
    monkeypatch.setenv("REDIS_URL", "redis://real")
    monkeypatch.setenv("DISCORD_WEBHOOK_URL", "https://discord.test/real")
    home = tmp_path / "a place" / "demo"

    code = (
        "import json; from postflow_site import settings as s; print(json.dumps([s.SECRET_KEY,"
        " str(s.DATABASES['default']['NAME']), s.Q_CLUSTER.get('redis'), s.DISCORD_WEBHOOK_URL,"
        " str(s.POSTFLOW_VAR), s.DEMO_PROJECT]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=place.environment(home),
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    secret, database, redis, channel, var, project = json.loads(done.stdout)
    assert secret != "real"
    assert database == str(home / "postflow.sqlite3")
    assert (redis, channel, var, project) == (None, "", str(home), "UNDLM")


def test_clearing_takes_only_what_a_demo_makes(tmp_path: Path) -> None:
    for name in ("mount/a.mov", "sandbox/parts/1", "keep/b.mov"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / "postflow.sqlite3-wal").touch()

    place.clear(tmp_path)

    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert left == ["keep", "keep/b.mov", "mount"]


@pytest.mark.django_db
@pytest.mark.parametrize(("saved", "state"), [(10, "rendering"), (None, "saved; is it finished?")])
def test_a_clip_that_postflow_has_not_taken_yet(
    clip: Clip,
    tmp_path: Path,
    sandbox: Callable[..., Sandbox],
    saved: int | None,
    state: str,
) -> None:
    (before,) = look([clip], tmp_path, sandbox())
    (tmp_path / clip.name).write_bytes(clip.path.read_bytes()[:saved])
    (after,) = look([clip], tmp_path, sandbox())

    assert (before.state, after.state) == ("to come", state)
    assert not after.whole


@pytest.mark.django_db
def test_a_clip_on_its_way_shows_how_far_it_is(
    clip: Clip, tmp_path: Path, sandbox: Callable[..., Sandbox]
) -> None:
    make_job(clip, State.RUNNING, bytes_sent=clip.size // 2)

    (arrival,) = look([clip], tmp_path, sandbox())
    assert arrival.state == "uploading"
    assert arrival.part == pytest.approx(0.5, abs=0.01)


@pytest.mark.django_db
def test_a_clip_that_did_not_go_up_says_why(
    clip: Clip, tmp_path: Path, sandbox: Callable[..., Sandbox]
) -> None:
    make_job(clip, State.FAILED, reason="The project is archived.")

    (arrival,) = look([clip], tmp_path, sandbox())
    assert arrival.state == "failed: The project is archived."


@pytest.mark.django_db
def test_only_the_same_content_counts_as_arrived(
    clip: Clip, tmp_path: Path, sandbox: Callable[..., Sandbox]
) -> None:
    job = make_job(clip, State.DONE)
    Delivery.objects.create(job=job, integration="frameio", done=True, url=f"{URL}/view")
    name = clip.name

    def now(*sums: str | None) -> Arrival:
        return look([clip], tmp_path, sandbox(*((name, sha256) for sha256 in sums)))[0]

    assert now(clip.sha256) == Arrival(clip, "arrived, byte for byte", 1.0, True, f"{URL}/view")
    assert [now().whole, now(None).whole, now("0" * 64).whole] == [False, False, False]
    assert now("0" * 64).state == "arrived, and its content is another"
    assert now(clip.sha256, clip.sha256).state == "arrived 2 times"
    assert "does not have it" in now().state


@pytest.mark.django_db
def test_a_sandbox_that_is_away_has_nothing(
    clip: Clip, tmp_path: Path, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{URL}/_sandbox/tree").mock(side_effect=httpx.ConnectError("refused"))

    assert not Sandbox(URL).answers()
    assert look([clip], tmp_path, Sandbox(URL))[0].state == "to come"


@pytest.mark.django_db
def test_it_is_not_looked_up_more_often_than_it_can_be_read(
    tmp_path: Path, sandbox: Callable[..., Sandbox]
) -> None:
    now = [0.0, 0.3, 0.6, 0.6]
    watch = Watch(tmp_path, sandbox(), clock=lambda: now.pop(0))

    assert not watch.all_whole
    assert [watch.look(), watch.look(), watch.look()] == [True, False, True]
    assert not watch.all_whole


def test_without_a_terminal_each_change_is_a_line(clip: Clip) -> None:
    printed = io.StringIO()
    uploading = Arrival(clip, "uploading", 0.1, whole=False)

    with Screen(Console(file=printed)) as screen:
        screen.show([uploading])
        screen.show([replace(uploading, part=0.6)])
        screen.show([replace(uploading, state="arrived, byte for byte", whole=True)])
    assert printed.getvalue().splitlines() == [
        f"  {clip.name}: uploading",
        f"  {clip.name}: arrived, byte for byte",
    ]


def test_a_process_that_ends_is_told_of_on_the_screen_too(tmp_path: Path) -> None:
    log, screen = io.StringIO(), io.StringIO()

    heard = Heard(Console(file=log), Screen(Console(file=screen)), tmp_path / "demo.log")
    heard.say("web", "GET / 200")
    heard.say(OURSELVES, "web ended with code 1; starting it again in 1 s")

    assert "GET / 200" in log.getvalue()
    assert screen.getvalue().splitlines() == [
        f"  ! web ended with code 1; starting it again in 1 s. Why is in {tmp_path / 'demo.log'}."
    ]


class Foreign(BaseHTTPRequestHandler):
    """Another demo: it knows no login of ours."""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/admin/login/")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.mark.processes
@pytest.mark.django_db
def test_a_port_that_another_demo_has_taken_meanwhile_is_not_called_ours(stage: Stage) -> None:
    make_admin()
    with ThreadingHTTPServer((HOST, 0), Foreign) as foreign:
        threading.Thread(target=foreign.serve_forever, daemon=True).start()
        with pytest.raises(PortTaken, match="Another program answers on port"):
            open_web(stage.supervisor, foreign.server_port, {})
        foreign.shutdown()
    assert stage.supervisor.pids == {}
    assert not Session.objects.exists()


def test_on_a_terminal_it_is_a_table(clip: Clip) -> None:
    printed = io.StringIO()

    with Screen(Console(file=printed, force_terminal=True, width=120)) as screen:
        screen.show([Arrival(clip, "uploading", 0.5, whole=False)])
    assert clip.name in printed.getvalue()
    assert "uploading" in printed.getvalue()
