"""The file server beside nginx, in one run: `python -m tests.benchmarks.fileserver`.

Readers that throw everything away fetch ranges of one file over loopback; GiB/s, the best of
several interleaved rounds. Needs nginx; the database is one of its own.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # a place and a database of its own
django.setup()

from django.core.management import call_command  # noqa: E402  # Django has to be set up first

from frameio import served  # noqa: E402

GIB = 1024**3
BLOCK = 1024 * 1024
HOST = "127.0.0.1"
TOKEN = "0123456789abcdef" * 4
NGINX = """
daemon off; worker_processes auto; pid {place}/nginx.pid; error_log {place}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {place}/a; proxy_temp_path {place}/b; fastcgi_temp_path {place}/c;
  uwsgi_temp_path {place}/d; scgi_temp_path {place}/e;
  server {{ listen {host}:{port}; location / {{ root {place}/www; }} }}
}}
"""


def read(port: int, start: int, size: int) -> None:
    asked = (
        f"GET /{TOKEN} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
        f"Range: bytes={start}-{start + size - 1}\r\n\r\n"
    )
    sink, got = memoryview(bytearray(BLOCK)), 0
    with socket.create_connection((HOST, port)) as sock:
        sock.sendall(asked.encode())
        while count := sock.recv_into(sink):
            got += count
    assert got > size, f"{got} of {size} bytes came"


def rate(port: int, readers: int, size: int) -> float:
    """GiB/s of `readers` that fetch the whole file between them."""
    share = size // readers
    threads = [
        threading.Thread(target=read, args=(port, number * share, share))
        for number in range(readers)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return size / GIB / (time.perf_counter() - began)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit(f"nothing listens on port {port}")


def prepared(place: Path, size: int) -> None:
    """The file, and a database that says it may be fetched."""
    call_command("migrate", verbosity=0)
    film = place / "www" / TOKEN
    film.parent.mkdir()
    block = os.urandom(16 * BLOCK)
    with film.open("wb") as file:
        for _ in range(size // len(block)):
            file.write(block)
    served.open_path(TOKEN, film, served.Identity.of(film.stat()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gib", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        place.chmod(0o755)  # nginx's workers are another user
        prepared(place, asked.gib * GIB)
        ours, theirs = free_port(), free_port()
        config = place / "nginx.conf"
        config.write_text(NGINX.format(place=place, host=HOST, port=theirs))
        commands = (
            [sys.executable, "manage.py", "fileserver", "--port", str(ours)],
            ["nginx", "-e", str(place / "error.log"), "-c", str(config)],
        )
        own = {**os.environ, "DJANGO_SETTINGS_MODULE": "postflow_site.settings"}
        servers = [subprocess.Popen(command, env=own) for command in commands]
        try:
            wait_for(ours)
            wait_for(theirs)
            compare(asked, ours, theirs)
        finally:
            for server in servers:
                server.terminate()
                server.wait()


def compare(asked: argparse.Namespace, ours: int, theirs: int) -> None:
    for readers in (1, 8, 32):
        rounds = [
            (rate(ours, readers, asked.gib * GIB), rate(theirs, readers, asked.gib * GIB))
            for _ in range(asked.rounds)
        ]
        mine, nginx = max([pair[0] for pair in rounds]), max([pair[1] for pair in rounds])
        print(f"{readers:3} readers: {mine:.2f} GiB/s, nginx {nginx:.2f} (x{mine / nginx:.2f})")


if __name__ == "__main__":
    main()
