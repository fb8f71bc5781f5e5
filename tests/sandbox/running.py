"""A sandbox in a process of its own, as tests hold it."""

import re
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"Sandbox ready at (http://\S+)")
CALLBACK = "http://127.0.0.1:9/callback"
SCOPES = "openid email profile offline_access additional_info.roles"
CLIENT = {"client_id": "sandbox", "client_secret": "sandbox"}
Entry = dict[str, object]


def plain_client(*, base_url: str = "", headers: dict[str, str] | None = None) -> httpx.Client:
    """For this machine only: an empty TLS context saves 30 ms of loading certificates."""
    return httpx.Client(
        base_url=base_url,
        headers=headers,
        trust_env=False,
        timeout=30,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )


class Sandbox:
    """`url` is `http://127.0.0.1:PORT`. The process is ours; end it with `stop` or `kill`."""

    def __init__(self, data: Path, flags: list[str], *, port: int = 0) -> None:
        self.data = data
        self._flags = flags
        self._start(port)
        self.http = plain_client(base_url=self.url)
        """Without credentials; paths begin at the sandbox's root."""

    def _start(self, port: int) -> None:
        own = ["--port", str(port), "--data", str(self.data)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "frameio.sandbox", *own, *self._flags],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        ready = READY.match(line)
        assert ready, f"the sandbox did not start: {line!r}"
        self.url = ready[1]

    @property
    def pid(self) -> int:
        return self.process.pid

    def tree(self) -> list[Entry]:
        """Every file: id, project, folder, name, size, sha256, status, view_url ..."""
        return self._get("/_sandbox/tree")

    def state(self) -> dict[str, list[Entry]]:
        """What its page shows: projects, folders, stacks (each with id, folder, name ...) ..."""
        found: dict[str, list[Entry]] = self.http.get("/_sandbox/state").raise_for_status().json()
        return found

    def requests(self) -> list[Entry]:
        """Every call so far: method, path, request_body, status, response_body, bytes ..."""
        return self._get("/_sandbox/requests")

    def faults(self, rules: list[Entry]) -> None:
        """`{"match": {"method", "path"}, "action": {"status", "body", "headers" | "drop" |
        "delay"}, "times", "when": "before" | "after"}`."""
        self.http.put("/_sandbox/faults", json=rules).raise_for_status()

    def deliveries(self) -> list[Entry]:
        """Every attempt to deliver a webhook: event, resource_id, attempt, status."""
        return self._get("/_sandbox/deliveries")

    def say(self, file_id: str, text: str, **more: object) -> Entry:
        """A comment by another person; `reply_to`, `timestamp`, `completed`, `author` ..."""
        body = {"file_id": file_id, "text": text, **more}
        answer = self.http.post("/_sandbox/comments", json=body).raise_for_status()
        comment: Entry = answer.json()
        return comment

    def reset(self) -> None:
        self.http.post("/_sandbox/reset").raise_for_status()

    def code(self, *, redirect_uri: str = CALLBACK, scope: str = SCOPES) -> str:
        """A login code, as after a click on Allow."""
        answer = self.http.post(
            "/ims/authorize/v2",
            data={
                "client_id": "sandbox",
                "redirect_uri": redirect_uri,
                "response_type": "code",
                "scope": scope,
                "state": "from-a-test",
            },
        )
        assert answer.status_code == 302, answer.text
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def tokens(self) -> Entry:
        """The token endpoint's whole answer for a fresh login."""
        form = {"grant_type": "authorization_code", "code": self.code(), **CLIENT}
        answer = self.http.post("/ims/token/v3", data=form).raise_for_status()
        tokens: Entry = answer.json()
        return tokens

    def token(self) -> str:
        """A valid access token."""
        return str(self.tokens()["access_token"])

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self._wait()

    def kill(self) -> None:
        """SIGKILL, as when the machine dies."""
        self.process.kill()
        self._wait()

    def restart(self) -> None:
        """On the same directory and port, after `stop` or `kill`."""
        self._start(int(self.url.rpartition(":")[2]))

    def close(self) -> None:
        self.http.close()
        if self.process.poll() is None:
            self.kill()

    def _wait(self) -> int:
        code = self.process.wait(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def _get(self, path: str) -> list[Entry]:
        entries: list[Entry] = self.http.get(path).raise_for_status().json()
        return entries


class StartSandbox:
    """Calling it starts a sandbox; options are the command's flags: `part_size=1000`.

    Without limits, unless `rate_scale` says how much shorter their windows are to be.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._started: list[Sandbox] = []

    def __call__(self, *, data: Path | None = None, **options: float | bool) -> Sandbox:
        home = data or self._directory / str(len(self._started))
        wanted = options if "rate_scale" in options else {"no_limits": True, **options}
        started = Sandbox(home, [_flag(name, value) for name, value in wanted.items()])
        self._started.append(started)
        return started

    def stop_all(self) -> None:
        for sandbox in self._started:
            sandbox.close()


def _flag(name: str, value: float | bool) -> str:
    flag = "--" + name.replace("_", "-")
    return flag if value is True else f"{flag}={value}"
