from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lucidlink import words


class PipelineConfig(AppConfig):
    name = "pipeline"
    verbose_name = _("Uploads")

    def ready(self) -> None:
        from pipeline import (  # noqa: F401  Django collects system checks by this import
            checks,
            database_checks,
            revisions,
            roles,
            search_index,
            security_checks,
        )

        words.speak(gettext)
        post_migrate.connect(roles.after_migrating)
        post_migrate.connect(search_index.after_migrating)
        revisions.listen()
