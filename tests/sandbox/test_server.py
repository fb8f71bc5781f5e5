import socket
import sqlite3
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from frameio.sandbox.options import add_arguments
from tests.sandbox.running import ROOT, Sandbox, StartSandbox
from tests.sandbox.studio import Studio, pieces, sample, sha256

COMMAND = [sys.executable, "-m", "frameio.sandbox"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )


def test_it_stops_when_it_is_told_to(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox()
    with Studio(sandbox) as studio:  # with a line still open
        assert sandbox.stop() == 0
        with pytest.raises(httpx.TransportError):
            studio.http.get("/me")


def test_a_killed_sandbox_comes_back_with_everything(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(part_size=1000, uploaded_after=0, transcoded_after=600)
    content = sample(3000)
    with Studio(sandbox) as studio:
        done = studio.upload(content, folder=studio.make_folder("SH010")["id"])
        half = studio.announce(3000, name="half.mov")
        cut = pieces(half, content)
        studio.put(half, 1, cut[1])
        refresh = sandbox.tokens()
        calls = len(sandbox.requests())
        sandbox.kill()
        sandbox.restart()
        assert studio.get(studio.file_path(done["id"]))["data"]["status"] == "uploaded"
        assert len(sandbox.requests()) == calls + 1
        assert studio.put(half, 0, cut[0]).status_code == 200
        assert studio.put(half, 2, cut[2]).status_code == 200
    assert [file["sha256"] for file in sandbox.tree()] == [sha256(content)] * 2
    form = {"grant_type": "refresh_token", "refresh_token": str(refresh["refresh_token"])}
    answer = sandbox.http.post("/ims/token/v3", data=form, auth=("sandbox", "sandbox"))
    assert answer.status_code == 200


def test_what_was_half_received_is_swept_away(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox()
    with Studio(sandbox) as studio:
        file = studio.upload(b"film")
    leftover = sandbox.data / "parts" / file["id"] / "abc.incoming"
    sandbox.kill()
    leftover.write_bytes(b"half")
    sandbox.restart()
    assert not leftover.exists()


def test_two_sandboxes_do_not_share_a_directory(sandbox: Sandbox) -> None:
    second = run("--port", "0", "--data", str(sandbox.data))
    assert second.returncode == 1
    assert f"The data directory {sandbox.data} cannot be used" in second.stderr
    assert "--data" in second.stderr


def test_a_directory_of_another_version_is_named(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite3")) as old:
        old.execute("CREATE TABLE users (id TEXT)")
    answer = run("--port", "0", "--data", str(tmp_path))
    assert answer.returncode == 1
    assert "made by another version of the sandbox" in answer.stderr


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = run("--port", "0", "--data", str(tmp_path / "file" / "below"))
    assert answer.returncode == 1
    assert "cannot be used" in answer.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = run("--port", port, "--data", str(tmp_path))
    assert answer.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be opened" in answer.stderr


@pytest.mark.parametrize(
    "flags",
    [
        ["--host", "192.0.2.1"],
        ["--host", "example.com"],
        ["--port", "65536"],
        ["--port", "x"],
        ["--part-size", "0"],
        ["--url-life", "0"],
        ["--code-life", "-1"],
        ["--code-life", "nan"],
        ["--nonsense"],
    ],
)
def test_wrong_flags_are_bad_usage(
    flags: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = ArgumentParser()
    add_arguments(parser, data=tmp_path)
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(flags)
    assert ended.value.code == 2
    assert flags[0] in capsys.readouterr().err


def test_a_name_from_outside_is_not_served(sandbox: Sandbox) -> None:
    headers = {"host": "evil.example"}
    answer = sandbox.http.get("/_sandbox/tree", headers=headers)
    assert answer.status_code == 400


def test_it_does_not_need_django() -> None:
    code = "import sys, frameio.sandbox.server; print('django' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


@pytest.mark.processes
def test_manage_py_starts_it_too(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox", "--port", "0", "--data", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline().startswith("Sandbox ready at http://127.0.0.1:")
        process.terminate()
        assert process.wait(timeout=10) == 0
        assert "FRAMEIO_CLIENT_SECRET=sandbox" in process.stdout.read()


def test_the_help_tells_the_flags() -> None:
    text = run("--help").stdout
    assert "--part-size" in text
    assert "--data DIR" in text
