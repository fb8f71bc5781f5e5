"""What can be set about a sandbox, and its command line."""

import argparse
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
DAY = 86_400


@dataclass(frozen=True)
class Options:
    """Times are seconds, sizes bytes."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8400
    access_token_life: float = DAY - 1
    refresh_token_life: float = 14 * DAY
    code_life: float = 300
    url_life: int = DAY
    uploaded_after: float = 0.3
    transcoded_after: float = 2
    part_size: int = 64 * MIB
    guess_media_type: bool = True
    webhook_delay: float = 15
    webhook_timeout: float = 5
    keep_refresh_token: bool = False
    https_redirect: bool = False
    limits: bool = True
    rate_scale: float = 1
    retry_after: bool = False


def loopback(text: str) -> str:
    """The host, when only this machine can reach it."""
    if text == "localhost" or _is_loopback(text):
        return text
    raise argparse.ArgumentTypeError(
        f"{text} can be reached from outside; the sandbox listens on this machine only"
        " (127.0.0.1 or localhost)"
    )


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.IPv4Address(text).is_loopback
    except ValueError:
        return False


def seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 0 upwards")
    return value


def scale(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return value


def whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 upwards")
    return value


def port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port (0 to 65535)")
    return value


CLOCKS: tuple[tuple[str, float, str], ...] = (
    ("--access-token-life", DAY - 1, "24 hours"),
    ("--refresh-token-life", 14 * DAY, "14 days"),
    ("--code-life", 300, "of a login code: 5 minutes"),
    ("--uploaded-after", 0.3, "from the last part to the status `uploaded`: 0.3"),
    ("--webhook-delay", 15, "before a webhook is tried again, doubling each time: 15"),
    ("--webhook-timeout", 5, "that a webhook's receiver has to answer: 5"),
    ("--transcoded-after", 2, "from `uploaded` to `transcoded`: 2"),
)


def add_arguments(parser: argparse.ArgumentParser, *, data: Path) -> None:
    """The sandbox's own flags. `data` is where its state goes when nobody says otherwise."""
    add = parser.add_argument
    add("--port", type=port, default=8400, help="0 lets the system choose (default: 8400)")
    add("--host", type=loopback, default="127.0.0.1", help="a loopback address (127.0.0.1)")
    add("--data", type=Path, default=data, metavar="DIR", help=f"keeps everything ({data})")
    clocks = parser.add_argument_group("clocks and delays, in seconds")
    for flag, default, meaning in CLOCKS:
        clocks.add_argument(flag, type=seconds, metavar="S", default=default, help=meaning)
    clocks.add_argument(
        "--url-life", type=whole, metavar="S", default=DAY, help="of an upload address: 24 hours"
    )
    files = parser.add_argument_group("how files are taken in")
    files.add_argument(
        "--part-size",
        type=whole,
        metavar="BYTES",
        default=64 * MIB,
        help="the largest part: a file is cut into the fewest equal parts not above it (64 MiB)",
    )
    files.add_argument(
        "--no-media-type",
        dest="guess_media_type",
        action="store_false",
        help="answer `media_type: null` for new files instead of guessing from the name",
    )
    login = parser.add_argument_group("how strict the login is")
    login.add_argument(
        "--keep-refresh-token",
        action="store_true",
        help="a refresh brings no new refresh token, and the old one stays good",
    )
    login.add_argument(
        "--https-redirect",
        action="store_true",
        help="takes HTTPS redirect addresses only, and no bare IP addresses, as Adobe does",
    )
    rates = parser.add_argument_group("how often each operation may be called")
    rates.add_argument(
        "--rate-scale",
        type=scale,
        metavar="N",
        default=1,
        help="makes the vendor's windows N times shorter (default: 1, as the vendor has them)",
    )
    rates.add_argument(
        "--no-limits", dest="limits", action="store_false", help="never answers 429 by itself"
    )
    rates.add_argument(
        "--retry-after",
        action="store_true",
        help="adds Retry-After to a 429; the vendor does not promise one",
    )


def options_from(parsed: Mapping[str, Any]) -> Options:
    """Only the sandbox's own flags; a caller's parser may hold others."""
    return Options(**{field.name: parsed[field.name] for field in fields(Options)})
