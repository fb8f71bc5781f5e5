from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0023_files_there_before")]

    operations = [
        migrations.AddField(
            model_name="uploadjob",
            name="filled_in_by",
            field=models.CharField(
                blank=True, editable=False, max_length=200, verbose_name="filled in by"
            ),
        ),
    ]
