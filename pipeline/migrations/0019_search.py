import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Concat, Lower, StrIndex

import pipeline.models.files
import pipeline.search_index


def fill_in(apps, schema_editor):
    """`pipeline.search_index.words_of`, by the database."""
    SourceFile = apps.get_model("pipeline", "SourceFile")
    UploadJob = apps.get_model("pipeline", "UploadJob")
    SourceFile.objects.update(words=Lower("key"))
    files = SourceFile.objects.filter(pk=OuterRef("source_id"))
    words = Case(
        When(at__gt=0, then=F("key")), default=Concat("key", Value("\n"), OuterRef("name"))
    )
    found = files.annotate(at=StrIndex("key", OuterRef("name")), found=Lower(words))
    UploadJob.objects.update(words=Subquery(found.values("found")))


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0018_thumbnails")]

    operations = [
        migrations.AlterField(
            "uploadjob",
            "project",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="pipeline.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            "uploadjob",
            "words",
            pipeline.search_index.SearchedUpload(default="", editable=False),
            preserve_default=False,
        ),
        migrations.AlterField(
            "sourcefile",
            "folder",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                to="pipeline.watchedfolder",
                verbose_name="watched folder",
            ),
        ),
        migrations.AddField(
            "sourcefile",
            "words",
            pipeline.search_index.SearchedPath(default="", editable=False),
            preserve_default=False,
        ),
        migrations.RemoveField("uploadjob", "shot"),
        migrations.AddField(
            "uploadjob",
            "shot",
            models.GeneratedField(
                db_persist=True,
                expression=Lower(KT("fields__shot")),
                output_field=models.TextField(),
                verbose_name="shot",
            ),
        ),
        migrations.AddIndex(
            "uploadjob", models.Index(fields=["project", "-id"], name="job_by_project")
        ),
        migrations.AddIndex(
            "sourcefile", models.Index(fields=["folder", "-id"], name="file_by_folder")
        ),
        migrations.AddIndex(
            "sourcefile", models.Index(fields=["state", "-id"], name="file_by_state")
        ),
        migrations.AddIndex(
            "sourcefile", models.Index(fields=["changed_at"], name="file_by_change")
        ),
        migrations.AddIndex("sourcefile", models.Index(fields=["size"], name="file_by_size")),
        migrations.AddIndex(
            "sourcefile",
            models.Index(pipeline.models.files.Beginning("key"), name="file_by_path"),
        ),
        # Last: PostgreSQL alters no table while rows of it that were changed wait to be checked.
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
