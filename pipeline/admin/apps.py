from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig

# Named one by one, not discovered: django-q2 would register its own tables, and a row of its
# Schedule runs any code it names.
DESKS = ["pipeline.admin.desks", "frameio.admin"]


class PostFlowAdminConfig(SimpleAdminConfig):
    default_site = "pipeline.admin.site.PostFlowAdminSite"

    def ready(self) -> None:
        super().ready()
        for desk in DESKS:
            import_module(desk)
