import django.db.models.functions.datetime
from django.db import migrations, models


def remove(apps, schema_editor):
    """The pump runs in `qcluster` itself now: a schedule waits for a worker, and stops with them."""
    apps.get_model("django_q", "Schedule").objects.filter(name="postflow pump").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0006_folder_mounts_and_client"),
    ]

    operations = [
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                ("host", models.CharField(max_length=200, verbose_name="machine")),
                ("pid", models.PositiveIntegerField(verbose_name="process")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("cluster", "uploads"),
                            ("watcher", "watches folders"),
                            ("web", "shows the pages"),
                        ],
                        max_length=10,
                        verbose_name="what it does",
                    ),
                ),
                ("version", models.CharField(blank=True, max_length=50, verbose_name="version")),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="started"
                    ),
                ),
                (
                    "seen_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="last sign of life",
                    ),
                ),
                (
                    "draining",
                    models.BooleanField(default=False, verbose_name="takes no more uploads"),
                ),
                ("skew_seconds", models.FloatField(null=True, verbose_name="clock ahead by (s)")),
            ],
            options={
                "verbose_name": "node",
                "verbose_name_plural": "nodes",
                "ordering": ["host", "role", "pid"],
            },
        ),
        migrations.RunPython(remove, migrations.RunPython.noop),
    ]
