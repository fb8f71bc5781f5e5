from django.db import migrations, models

KINDS = [
    ("note", "Note"),
    ("link", "Review link made"),
    ("untold", "Team not told"),
    ("review", "Reviewed on Frame.io"),
    ("replaced", "Replaced"),
    ("rank", "Place in the queue"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0024_filled_in_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="jobevent",
            name="kind",
            field=models.CharField(blank=True, choices=KINDS, max_length=10),
        ),
    ]
