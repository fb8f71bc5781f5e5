"""An ngrok tunnel to our file server, and where others find its address.

The agent is the operator's own: pyngrok would download one when there is none, which is not for
us to decide. https://ngrok.com/docs/agent/config/v3/
"""

import logging
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pyngrok import ngrok, process
from pyngrok.conf import PyngrokConfig
from pyngrok.exception import PyngrokError, PyngrokNgrokError

from frameio.errors import NotReachable
from frameio.models import TunnelAddress

log = logging.getLogger(__name__)
# What the agent says when it is refused has the authtoken in it.
logging.getLogger("pyngrok.process.ngrok").disabled = True

LOOK_EVERY = 5.0  # seconds
NEWS_LAST = timedelta(seconds=30)
TRY_AGAIN = (5.0, 15.0, 60.0, 300.0)  # seconds

ADVICE = {
    "ERR_NGROK_105": gettext_noop("Check NGROK_AUTHTOKEN: it does not look like one."),
    "ERR_NGROK_107": gettext_noop("Check NGROK_AUTHTOKEN: it is not valid, or no longer."),
    "ERR_NGROK_108": gettext_noop("Your plan allows no more agents at once; end another one."),
    "ERR_NGROK_334": gettext_noop("Your domain is in use by another agent; end that one."),
    "ERR_NGROK_725": gettext_noop("This month's traffic is used up."),
    "ERR_NGROK_727": gettext_noop("This month's requests are used up."),
}


class Tunnel:
    """As a context: leaving it ends the agent. `place` is a folder of ours for its configuration,
    which holds the authtoken: on a command line everybody on the machine could read it.
    """

    def __init__(self, port: int, *, ngrok_path: str, authtoken: str, place: Path) -> None:
        self._port = port
        self._ngrok_path = ngrok_path
        self._authtoken = authtoken
        self._place = place
        self._config: PyngrokConfig | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> str:
        """The public address. Raises NotReachable."""
        self.close()
        self._config = self._configured()
        try:
            opened = ngrok.connect(
                f"http://127.0.0.1:{self._port}",
                name="postflow",
                pyngrok_config=self._config,
                inspect=False,
            )
        except (PyngrokError, OSError, subprocess.SubprocessError) as error:
            self.close()
            raise NotReachable(_in_words(error)) from None  # the cause may hold the authtoken
        return str(opened.public_url)

    def is_up(self) -> bool:
        return self._config is not None and process.is_process_running(self._config.ngrok_path)

    def close(self) -> None:
        if self._config is not None:
            process.kill_process(self._config.ngrok_path)
            self._config = None

    def _configured(self) -> PyngrokConfig:
        agent = shutil.which(self._ngrok_path or "ngrok")
        if agent is None:
            raise NotReachable(
                _(
                    "There is no ngrok agent at %(place)s. Install it from ngrok.com and say in"
                    " NGROK_PATH where it is."
                )
                % {"place": self._ngrok_path or _("any place in PATH")}
            )
        config = PyngrokConfig(ngrok_path=agent, config_path=str(self._written()))
        config.auth_token = None  # pyngrok takes it from the environment to the command line
        return config

    def _written(self) -> Path:
        self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._place / "ngrok.yml"
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(
                "version: 3\n"
                "agent:\n"
                f'  authtoken: "{self._authtoken}"\n'
                "  update_check: false\n"
                "  console_ui: false\n"
            )
        return path


def _in_words(error: Exception) -> str:
    code = error.ngrok_error_code if isinstance(error, PyngrokNgrokError) else None
    if code is None:
        return _(
            "ngrok opened no tunnel (%(kind)s). Check that NGROK_PATH is an ngrok agent of version"
            " 3 that runs on this machine, and its line to the internet."
        ) % {"kind": type(error).__name__}
    advice = _("See %(url)s.") % {"url": f"https://ngrok.com/docs/errors/{code.lower()}"}
    if code in ADVICE:
        advice = _(ADVICE[code])
    return _("ngrok opened no tunnel (%(code)s). %(advice)s") % {"code": code, "advice": advice}


def keep_up(tunnel: Tunnel, stop: Event, heard: Callable[[str], None]) -> None:
    """Until `stop`: open it, tell where it is, and open it again when its agent has died.

    `heard(url)` is told of each new address.
    """
    failures = 0
    while not stop.is_set():
        try:
            url = tunnel.open()
        except NotReachable as error:
            log.error("%s", error)
            stop.wait(TRY_AGAIN[min(failures, len(TRY_AGAIN) - 1)])
            failures += 1
            continue
        failures = 0
        heard(url)
        log.info("Frame.io reaches the file server at %s", url)
        _tell_while_up(tunnel, url, stop)


def _tell_while_up(tunnel: Tunnel, url: str, stop: Event) -> None:
    try:
        while tunnel.is_up():
            _tell(url)
            if stop.wait(LOOK_EVERY):
                return
        log.warning("The ngrok agent has ended; it is started again")
    finally:
        with suppress(DatabaseError):
            TunnelAddress.objects.filter(url=url).delete()


def _tell(url: str) -> None:
    until = timezone.now() + NEWS_LAST
    try:
        TunnelAddress.objects.update_or_create(url=url, defaults={"until": until})
    except DatabaseError as error:
        log.warning("The tunnel's address could not be noted: %s", error)


def address_told() -> str:
    """The newest tunnel's address; empty when none is up."""
    living = TunnelAddress.objects.filter(until__gt=timezone.now()).order_by("-until")
    return living.values_list("url", flat=True).first() or ""
