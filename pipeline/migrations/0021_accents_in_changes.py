from django.db import migrations, models

from pipeline.models.revisions import AsWritten


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0020_shots_that_arrived")]

    operations = [
        migrations.AlterField(
            model_name="revision",
            name=name,
            field=models.JSONField(encoder=AsWritten, null=True),
        )
        for name in ("after", "before")
    ]
