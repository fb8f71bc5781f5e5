from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0019_search")]

    operations = [
        migrations.AddIndex(
            model_name="uploadjob",
            index=models.Index(fields=["project", "shot", "scene"], name="job_by_shot"),
        ),
    ]
