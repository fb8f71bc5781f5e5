"""How fast, and in how much memory, `manage.py upload` sends a big file, beside curl.

    python -m tests.benchmarks.upload [GIB]

Both send the same file to the same sandbox, the parts eight at a time, in turns, three rounds. The
sandbox writes to the same disk, so look at the ratio. curl: its parts are cut beforehand, for free.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from tests.sandbox.running import Sandbox, StartSandbox

ROOT = Path(__file__).parents[2]
MIB = 1024 * 1024
ROUNDS = 3
AT_ONCE = 8


def main() -> None:
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 1) * 1024 * MIB)
    with tempfile.TemporaryDirectory() as place:
        start = StartSandbox(Path(place) / "sandbox")
        try:
            measure(start(uploaded_after=0, transcoded_after=0), Path(place), size)
        finally:
            start.stop_all()


def measure(sandbox: Sandbox, place: Path, size: int) -> None:
    manage(place, "migrate", "-v0")
    manage(place, "connect", "--sandbox", sandbox.url)
    path = place / "DEMO_010_0040_comp_v001.mov"
    seconds: dict[str, list[float]] = {"postflow": [], "curl": []}
    peaks: list[int] = []
    for _round in range(ROUNDS):
        path.write_bytes(b"")
        with path.open("wb") as file:
            file.truncate(size)
            file.write(os.urandom(16 * MIB))
        took, peak = with_postflow(place, path)
        seconds["postflow"].append(took)
        peaks.append(peak)
        seconds["curl"].append(with_curl(sandbox, place, path, size))
    report(seconds, max(peaks), size)


def report(seconds: dict[str, list[float]], peak: int, size: int) -> None:
    gib = size / 1024 / MIB
    print(f"one file of {gib:g} GiB, {AT_ONCE} parts at once, median of {ROUNDS}")
    for name, times in seconds.items():
        print(f"  {name:10} {gib / statistics.median(times):6.2f} GiB/s")
    ratio = statistics.median(
        ours / theirs for ours, theirs in zip(seconds["postflow"], seconds["curl"], strict=True)
    )
    print(f"  postflow takes {ratio:.2f}x the time of curl (it also starts Django and asks until")
    print(f"  Frame.io has joined the parts); peak memory of its process {peak / MIB:.0f} MiB")


def manage(place: Path, *arguments: str) -> None:
    subprocess.run([*command(), *arguments], env=environment(place), check=True, timeout=600)


def command() -> list[str]:
    return [sys.executable, str(ROOT / "manage.py")]


def environment(place: Path) -> dict[str, str]:
    return {**os.environ, "POSTFLOW_VAR": str(place / "var")}


def with_postflow(place: Path, path: Path) -> tuple[float, int]:
    """Seconds, and the process's peak resident memory in bytes."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command(), "upload", "--json", str(path)],
        env=environment(place),
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, psutil.Process(process.pid).memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    out, _err = process.communicate()
    assert json.loads(out)["success"], out
    return time.perf_counter() - began, peak


def with_curl(sandbox: Sandbox, place: Path, path: Path, size: int) -> float:
    """Seconds for the parts alone."""
    parts = placeholder(sandbox, path.name, size)
    config = []
    start = 0
    with path.open("rb") as file:
        for number, part in enumerate(parts):
            piece = place / f"part-{number}"
            with piece.open("wb") as out:
                os.sendfile(out.fileno(), file.fileno(), start, int(part["size"]))
            start += int(part["size"])
            config.append(
                f'url = "{part["url"]}"\nupload-file = "{piece}"\noutput = "{os.devnull}"\n'
                'header = "x-amz-acl: private"\nheader = "content-type: video/quicktime"\n'
            )
    (place / "curl.conf").write_text("next\n".join(config))
    began = time.perf_counter()
    subprocess.run(
        f"curl --silent --fail --parallel --parallel-max {AT_ONCE} --config curl.conf".split(),
        cwd=place,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=600,
    )
    took = time.perf_counter() - began
    for number in range(len(parts)):
        (place / f"part-{number}").unlink()
    return took


def placeholder(sandbox: Sandbox, name: str, size: int) -> list[dict[str, str]]:
    with httpx.Client(
        base_url=sandbox.url,
        headers={"Authorization": f"Bearer {sandbox.token()}"},
        trust_env=False,
    ) as http:
        account = http.get("/v4/accounts").json()["data"][0]["id"]
        project = http.get(f"/v4/accounts/{account}/projects").json()["data"][0]
        body = {"data": {"name": name, "file_size": size}}
        path = f"/v4/accounts/{account}/folders/{project['root_folder_id']}/files/local_upload"
        answer = http.post(path, json=body).raise_for_status()
        parts: list[dict[str, str]] = answer.json()["data"]["upload_urls"]
        return parts


if __name__ == "__main__":
    main()
