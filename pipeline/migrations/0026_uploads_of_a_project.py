from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0025_kinds_of_events")]

    operations = [
        migrations.AddIndex(
            model_name="uploadjob",
            index=models.Index(
                fields=["project", "state", "-id"], name="job_by_project_state"
            ),
        ),
    ]
