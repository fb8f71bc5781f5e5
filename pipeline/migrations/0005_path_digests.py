from django.db import migrations, models

import pipeline.path_digests
from pipeline.path_digests import digest, folder_of


def fill_in(apps, schema_editor):
    SourceFile = apps.get_model("pipeline", "SourceFile")
    rows = SourceFile.objects.order_by("pk").only("pk", "key")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:1000]):
        for row in batch:
            row.digest, row.directory = digest(row.key), digest(folder_of(row.key))
        SourceFile.objects.bulk_update(batch, ["digest", "directory"], batch_size=300)
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0004_review_links_and_status")]

    operations = [
        migrations.AddField(
            "sourcefile",
            "digest",
            pipeline.path_digests.KeyDigest(default="", editable=False, max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            "sourcefile",
            "directory",
            pipeline.path_digests.FolderDigest(default="", editable=False, max_length=32),
            preserve_default=False,
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.RemoveConstraint("sourcefile", "one_row_a_path"),
        migrations.RemoveConstraint("sourcefile", "one_row_a_path_sent_by_hand"),
        migrations.AddIndex(
            "sourcefile",
            models.Index(fields=["folder", "directory"], name="file_by_directory"),
        ),
        migrations.AddConstraint(
            "sourcefile",
            models.UniqueConstraint(fields=("folder", "digest"), name="one_row_a_path"),
        ),
        migrations.AddConstraint(
            "sourcefile",
            models.UniqueConstraint(
                condition=models.Q(("folder", None)),
                fields=("digest",),
                name="one_row_a_path_sent_by_hand",
            ),
        ),
    ]
