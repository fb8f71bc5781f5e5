"""Who writes what where, in the form that Django's LOGGING takes."""

from collections.abc import Iterable
from pathlib import Path

from postflow_site.logs.formats import JsonLine, Line
from postflow_site.logs.of_job import WithJob
from postflow_site.logs.redaction import Redaction

FORMATS = {"text": Line, "json": JsonLine}
LARGEST = 20 * 1024 * 1024  # bytes; then the file is put aside as .1, .2 ...
KEPT = 5

# Each file besides postflow.log, which has everything, and whose lines it has.
FILES: dict[str, list[str]] = {
    "frameio": ["frameio", "pipeline.integrations", "pipeline.review"],
    "lucidlink": ["lucidlink", "pipeline.watching"],
    "auth": ["axes", "frameio.oauth", "frameio.connecting", "frameio.accounts"],
}


def logging_settings(
    place: Path | None, *, level: str, form: str, secrets: Iterable[str]
) -> dict[str, object]:
    """`place`: the folder of the files, made if need be; None: the console alone.

    Raises ValueError when there is no such form.
    """
    if form not in FORMATS:
        raise ValueError(f"LOG_FORMAT is {form!r}; it has to be one of: {', '.join(FORMATS)}.")
    files = ["postflow", "error", *FILES] if place else []
    if place:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    by_logger = {logger: [name] for name in files for logger in FILES.get(name, [])}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"job": {"()": WithJob}},
        "formatters": {"line": {"()": FORMATS[form], "redact": Redaction.of(secrets)}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["job"],
            },
            **{name: _file(place / f"{name}.log") for name in files if place},
        },
        "root": {"handlers": ["console", *files[:2]], "level": level},
        "loggers": {
            **{logger: {"handlers": names} for logger, names in by_logger.items()},
            # Their own handlers know nothing of secrets; what they say goes the way of all.
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "gunicorn.error": {"handlers": [], "propagate": True},
            "gunicorn.access": {"handlers": [], "propagate": True},
            # What it warns of: wrong passwords, who is kept out. Below that, a line for each login.
            "axes": {"handlers": by_logger.get("axes", []), "level": "WARNING"},
            "django-q": {"level": "WARNING"},  # a line for each process and each wake-up
            # httpx logs each address it calls at INFO, and presigned addresses are secrets.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }


def _file(path: Path) -> dict[str, object]:
    """Many processes write to it and one of them puts it aside, under a lock."""
    return {
        "class": "concurrent_log_handler.ConcurrentRotatingFileHandler",
        "filename": str(path),
        "maxBytes": LARGEST,
        "backupCount": KEPT,
        "encoding": "utf-8",
        "chmod": 0o600,
        "formatter": "line",
        "filters": ["job"],
        **({"level": "ERROR"} if path.stem == "error" else {}),
    }
