"""A stand-in for the ngrok agent: its log lines, its local API, and a way in through its address.

It speaks what version 3 does, as far as pyngrok asks. Authtokens steer it: `refused` is refused as
ngrok refuses one, with the token in the message; `crashing` ends it without a word.
What it was started with stands in `started.json` beside it.
"""

import json
import re
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

RECORD = Path(sys.argv[0]).parent / "started.json"


def log(text: str) -> None:
    print(f"t=2026-11-21T10:00:00+0000 {text}", flush=True)


def pump(source: socket.socket, sink: socket.socket) -> None:
    while block := source.recv(65536):
        sink.sendall(block)
    sink.shutdown(socket.SHUT_WR)


def forward(listener: socket.socket, port: int) -> None:
    while True:
        caller, _ = listener.accept()
        ours = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=pump, args=(caller, ours), daemon=True).start()
        threading.Thread(target=pump, args=(ours, caller), daemon=True).start()


class Api(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200, {"endpoints": []})

    def do_POST(self) -> None:
        wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        RECORD.write_text(json.dumps({"argv": sys.argv[1:], "endpoint": wanted}))
        listener = socket.create_server(("127.0.0.1", 0))
        upstream = urlsplit(wanted["upstream"]["url"]).port
        threading.Thread(target=forward, args=(listener, upstream), daemon=True).start()
        self._answer(201, {**wanted, "url": f"http://127.0.0.1:{listener.getsockname()[1]}"})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def main(config: str) -> None:
    found = re.search(r'authtoken: "(.*)"', config)
    authtoken = found[1] if found else ""
    if authtoken == "refused":
        log(
            'lvl=eror msg="failed to auth" obj=tunnels.session err="authentication failed: The'
            f' authtoken is invalid. Your authtoken: {authtoken} ERR_NGROK_107"'
        )
    if authtoken in {"refused", "crashing"}:
        sys.exit(1)
    api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    log(f'lvl=info msg="starting web service" obj=web addr=127.0.0.1:{api.server_port}')
    log('lvl=info msg="tunnel session started" obj=tunnels.session')
    log('lvl=info msg="client session established" obj=tunnels.session')
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[sys.argv.index("--config") + 1]).read_text())
