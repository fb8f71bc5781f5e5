import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psutil
import pytest

from tests.sandbox.running import Sandbox, StartSandbox, plain_client
from tests.sandbox.studio import PRIVATE, Document, Studio, pieces, sample, sha256

MIB = 1024 * 1024
FILM = {"content-type": "video/quicktime"}


def address(file: Document) -> str:
    url: str = file["upload_urls"][0]["url"]
    return url


def incoming(sandbox: Sandbox) -> list[str]:
    return [path.name for path in (sandbox.data / "parts").glob("*/*")]


def test_a_part_is_answered_with_its_md5(studio: Studio) -> None:
    answer = studio.put(studio.announce(5), 0, b"hello")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"] == '"5d41402abc4b2a76b9719d911017c592"'


@pytest.mark.parametrize(
    "headers",
    [
        {},
        FILM,
        PRIVATE,
        {**FILM, "x-amz-acl": "public-read"},
        {**PRIVATE, "content-type": "video/mp4"},
        {**PRIVATE, "content-type": "application/octet-stream"},
    ],
)
def test_headers_other_than_the_signed_ones_are_refused(
    studio: Studio, sandbox: Sandbox, headers: dict[str, str]
) -> None:
    answer = studio.bare.put(address(studio.announce(4)), content=b"film", headers=headers)
    assert answer.status_code == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in answer.text
    assert answer.headers["content-type"].startswith("application/xml")
    assert incoming(sandbox) == []


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_another_method_does_not_fit_the_signature(studio: Studio, method: str) -> None:
    answer = studio.bare.request(
        method, address(studio.announce(4)), content=b"film", headers={**FILM, **PRIVATE}
    )
    assert answer.status_code == 403


def test_another_address_does_not_fit_the_signature(studio: Studio) -> None:
    mine, other = studio.announce(4), studio.announce(4)
    crossed = address(mine).replace(mine["id"], other["id"])
    longer = address(mine).replace("X-Amz-Expires=86400", "X-Amz-Expires=999999")
    bare = address(mine).partition("?")[0]
    headers = {**FILM, **PRIVATE}
    codes = [
        studio.bare.put(url, content=b"film", headers=headers).status_code
        for url in (crossed, longer, bare)
    ]
    assert codes == [403, 403, 403]


@pytest.mark.parametrize(("content", "code"), [(b"fil", "TooSmall"), (b"films", "TooLarge")])
def test_a_part_of_another_size_is_refused(
    studio: Studio, sandbox: Sandbox, content: bytes, code: str
) -> None:
    answer = studio.put(studio.announce(4), 0, content)
    assert answer.status_code == 400
    assert f"<Code>Entity{code}</Code>" in answer.text
    assert incoming(sandbox) == []


def test_a_part_must_tell_its_length(studio: Studio) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"film"

    answer = studio.bare.put(
        address(studio.announce(4)), content=chunks(), headers={**FILM, **PRIVATE}
    )
    assert answer.status_code == 411


def test_an_address_ends(start_sandbox: StartSandbox) -> None:
    with Studio(start_sandbox(url_life=1)) as studio:
        file = studio.announce(4)
        time.sleep(1.1)
        answer = studio.put(file, 0, b"film")
    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text
    assert "Request has expired" in answer.text


def test_a_body_that_breaks_off_counts_for_nothing(studio: Studio, sandbox: Sandbox) -> None:
    file = studio.announce(1000)
    target = urlsplit(address(file))
    with socket.create_connection((target.hostname, target.port)) as line:
        head = (
            f"PUT {target.path}?{target.query} HTTP/1.1\r\nhost: {target.netloc}\r\n"
            "content-type: video/quicktime\r\nx-amz-acl: private\r\ncontent-length: 1000\r\n\r\n"
        )
        line.sendall(head.encode() + b"x" * 400)
    wait_for_the_end_of_the_put(sandbox)
    assert sandbox.requests()[-1]["status"] is None
    assert incoming(sandbox) == []
    assert studio.put(file, 0, b"y" * 1000).status_code == 200
    assert sandbox.tree()[0]["sha256"] == sha256(b"y" * 1000)


def wait_for_the_end_of_the_put(sandbox: Sandbox) -> None:
    deadline = time.monotonic() + 5
    while not ((call := sandbox.requests()[-1])["method"] == "PUT" and call["seconds"]):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_part_may_be_sent_again(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(part_size=2, uploaded_after=0)
    with Studio(sandbox) as studio:
        file = studio.announce(4)
        studio.put(file, 0, b"xx")
        studio.put(file, 0, b"fi")
        studio.put(file, 1, b"lm")
        assert studio.put(file, 1, b"yy").status_code == 200
    assert sandbox.tree()[0]["sha256"] == sha256(b"film")


def test_parts_of_many_files_come_in_at_once(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(part_size=100_000, uploaded_after=0)
    with Studio(sandbox) as studio, ThreadPoolExecutor(8) as pool:
        contents = [sample(1_000_000, seed=seed) for seed in range(4)]
        files = [studio.announce(len(content)) for content in contents]
        sent = [
            pool.submit(studio.put, file, number, piece)
            for file, content in zip(files, contents, strict=True)
            for number, piece in enumerate(pieces(file, content))
        ]
        assert {answer.result().status_code for answer in sent} == {200}
    assert [file["sha256"] for file in sandbox.tree()] == [sha256(each) for each in contents]


def test_the_same_part_from_two_sides_at_once(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(uploaded_after=0)
    content = sample(2 * MIB)
    with Studio(sandbox) as studio, ThreadPoolExecutor(4) as pool:
        file = studio.announce(len(content))
        answers = list(pool.map(lambda _: studio.put(file, 0, content).status_code, range(4)))
    assert answers == [200] * 4
    assert sandbox.tree()[0]["sha256"] == sha256(content)


def test_memory_does_not_follow_the_size_of_a_file(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(uploaded_after=0)
    process = psutil.Process(sandbox.pid)
    block = sample(MIB)
    with Studio(sandbox) as studio, ThreadPoolExecutor(4) as pool:
        file = studio.announce(300 * MIB)
        sizes = [entry["size"] for entry in file["upload_urls"]]
        parts = [pool.submit(send_blocks, file, number, block) for number in range(len(sizes))]
        peak = 0
        while not all(part.done() for part in parts):
            peak = max(peak, process.memory_info().rss)
            time.sleep(0.01)
    assert {part.result() for part in parts} == {200}
    assert sizes == [60 * MIB] * 5
    assert sandbox.tree()[0]["sha256"] is not None
    assert 0 < max(peak, process.memory_info().rss) < 120 * MIB


def send_blocks(file: Document, number: int, block: bytes) -> int:
    entry = file["upload_urls"][number]
    content = (block for _ in range(entry["size"] // len(block)))
    headers = {**FILM, **PRIVATE, "content-length": str(entry["size"])}
    with plain_client() as http:
        return http.put(entry["url"], content=content, headers=headers).status_code
