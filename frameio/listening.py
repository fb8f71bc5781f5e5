"""The file server's sockets: heads are gathered in one thread, files go out in a few others.

A connection gets a thread when its request is whole, and not before; until then it costs a
descriptor. Gunicorn's threaded worker gives it a thread at once, which it holds for five seconds:
a thousand idle connections keep it from answering for minutes. It also writes the address it
was asked for into its log, and ours are secrets. The bytes are sent by the kernel either way.

One request a connection: those who speak to us are a tunnel or a proxy on this machine.
"""

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import h11
from django.db import connections

from frameio.fileserver import Answer, Body, Request

log = logging.getLogger(__name__)

TICK = 0.5  # seconds; how soon it heeds `stop`
HEAD_SIZE = 8 * 1024
HEAD_WITHIN = 10.0  # seconds in which a request has to be whole
STALLED_AFTER = 60.0  # seconds in which a reader has to take something
WAITING = 128  # connections without a whole request; the 129th closes the oldest
TRANSFERS = 32
QUEUE = 128  # whole requests that wait for a thread
SLICE = 8 * 1024 * 1024
NOTE_EVERY = 2.0  # seconds; also how soon a closed path ends its transfers


@dataclass(frozen=True)
class _Caller:
    sock: socket.socket
    wire: h11.Connection
    until: float


class Listening:
    """`serve` runs until `stop`, which may be called from a signal or another thread."""

    def __init__(
        self,
        listener: socket.socket,
        answer: Callable[[Request], Answer],
        *,
        transfers: int = TRANSFERS,
        head_within: float = HEAD_WITHIN,
        stalled_after: float = STALLED_AFTER,
        note_every: float = NOTE_EVERY,
        tick: float = TICK,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listener = listener
        self._answer = answer
        self._head_within = head_within
        self._stalled_after = stalled_after
        self._note_every = note_every
        self._tick = tick
        self._clock = clock
        self._stopping = False
        self._waiting: dict[socket.socket, _Caller] = {}  # the oldest first
        self._poll = selectors.DefaultSelector()
        self._seats = threading.BoundedSemaphore(transfers + QUEUE)
        self._pool = ThreadPoolExecutor(transfers, thread_name_prefix="transfer")

    def stop(self) -> None:
        self._stopping = True

    def serve(self) -> None:
        """Transfers under way when it is stopped are finished."""
        self._listener.settimeout(0)
        self._poll.register(self._listener, selectors.EVENT_READ)
        try:
            while not self._stopping:
                self._look()
        finally:
            for caller in list(self._waiting.values()):
                self._drop(caller)
            self._poll.close()
            self._listener.close()
            self._pool.shutdown(cancel_futures=True)

    def _look(self) -> None:
        for key, _ in self._poll.select(self._tick):
            if key.fileobj is self._listener:
                self._accept()
            elif caller := self._waiting.get(key.data):
                self._hear(caller)
        now = self._clock()
        for caller in [one for one in self._waiting.values() if one.until <= now]:
            self._drop(caller)

    def _accept(self) -> None:
        if len(self._waiting) >= WAITING:
            self._drop(next(iter(self._waiting.values())))
        try:
            sock, _ = self._listener.accept()
        except BlockingIOError:
            return
        except OSError as error:
            # No descriptors left, or the caller is gone. An idle one makes room, if there is one.
            log.warning("The file server could not take a connection: %s", error.strerror)
            if self._waiting:
                self._drop(next(iter(self._waiting.values())))
            return
        sock.settimeout(0)
        wire = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_SIZE)
        self._waiting[sock] = _Caller(sock, wire, self._clock() + self._head_within)
        self._poll.register(sock, selectors.EVENT_READ, sock)

    def _hear(self, caller: _Caller) -> None:
        try:
            caller.wire.receive_data(caller.sock.recv(HEAD_SIZE))
            said = caller.wire.next_event()
        except BlockingIOError:
            return
        except (OSError, h11.RemoteProtocolError):
            self._drop(caller)
            return
        if isinstance(said, h11.Request) and self._seats.acquire(blocking=False):
            self._forget(caller)
            self._pool.submit(self._transfer, caller, said)
        elif said is not h11.NEED_DATA:
            self._drop(caller)

    def _drop(self, caller: _Caller) -> None:
        self._forget(caller)
        caller.sock.close()

    def _forget(self, caller: _Caller) -> None:
        del self._waiting[caller.sock]
        self._poll.unregister(caller.sock)

    # --- In a thread of the pool ------------------------------------------------------------------
    def _transfer(self, caller: _Caller, said: h11.Request) -> None:
        try:
            with caller.sock:
                caller.sock.settimeout(self._stalled_after)
                self._speak(caller, self._answer(_request(said)))
        except OSError as error:
            log.info("A transfer to Frame.io ended early: %s", error)
        except Exception:
            log.exception("The file server could not answer")  # the request holds the secret
        finally:
            connections.close_all()  # this thread's own, which may not be asked again for days
            self._seats.release()

    def _speak(self, caller: _Caller, answer: Answer) -> None:
        body = answer.body
        try:
            headers = [*answer.headers, ("Connection", "close")]
            head = h11.Response(status_code=answer.status, headers=headers)
            caller.sock.sendall(caller.wire.send(head) or b"")
            if body:
                self._pour(caller.sock, body)
        finally:
            if body:
                body.file.close()

    def _pour(self, sock: socket.socket, body: Body) -> None:
        """Stops short when the file does, or its path is closed: the reader misses bytes and knows
        it, by the length it was told.
        """
        position, end = body.start, body.start + body.size
        unnoted, noted_at = 0, self._clock()
        while position < end:
            sent = sock.sendfile(body.file, position, min(SLICE, end - position))
            position += sent
            unnoted += sent
            due = not sent or position == end or self._clock() - noted_at >= self._note_every
            if due and not (body.note(unnoted) and sent):
                return
            if due:
                unnoted, noted_at = 0, self._clock()


def _request(said: h11.Request) -> Request:
    headers = {name.decode(): value.decode("latin-1") for name, value in said.headers}
    return Request(
        said.method.decode(),
        said.target.decode("latin-1"),
        headers.get("host", ""),
        headers.get("range", ""),
        headers.get("if-range", ""),
    )
