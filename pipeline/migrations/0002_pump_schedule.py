from django.db import migrations


def make(apps, schema_editor):
    """The pump runs in the watcher every few seconds; once a minute the cluster sees to it too."""
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        name="postflow pump",
        defaults={"func": "pipeline.tasks.pump", "schedule_type": "I", "minutes": 1},
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="postflow pump").delete()


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0001_initial"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(make, remove)]
