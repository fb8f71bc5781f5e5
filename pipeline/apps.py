from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PipelineConfig(AppConfig):
    name = "pipeline"
    verbose_name = _("Uploads")

    def ready(self) -> None:
        from pipeline import (  # noqa: F401  Django collects system checks by this import
            checks,
            database_checks,
            security_checks,
        )
