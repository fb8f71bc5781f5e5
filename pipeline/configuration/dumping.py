from django.conf import settings
from pydantic import JsonValue

from pipeline.configuration.tables import LIMITS, TABLES, Table, written
from postflow_site.configuration import Row


def dump() -> dict[str, JsonValue]:
    """The whole file, as `postflow_site.configuration.Configuration` reads it."""
    return {
        **_settings(),
        LIMITS.section: dict(next(iter(rows(LIMITS)), {})),
        **{table.section: list(map(dict, rows(table))) for table in TABLES},
    }


def rows(table: Table) -> list[Row]:
    columns = table.columns()
    return [
        {name: written(column, row) for name, column in columns.items()}
        for row in table.model._default_manager.filter(**table.only)
    ]


def _settings() -> dict[str, JsonValue]:
    """As they hold now, wherever each came from; without the webhook's address."""
    return {
        "frameio": {
            "default_project_id": settings.FRAMEIO_DEFAULT_PROJECT_ID,
            "default_workspace_id": settings.FRAMEIO_DEFAULT_WORKSPACE_ID,
            "upload_timeout": settings.FRAMEIO_PATIENCE,
            "max_retries": settings.UPLOAD_RETRIES,
        },
        "discord": {
            "enabled": settings.DISCORD_ENABLED,
            "notifications": {
                "upload_success": settings.DISCORD_UPLOAD_SUCCESS,
                "upload_error": settings.DISCORD_UPLOAD_ERROR,
                "daily_summary": settings.DISCORD_DAILY_SUMMARY,
            },
        },
    }
