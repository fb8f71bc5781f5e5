from django.db import migrations

ROLES = ["Producer", "Operator", "Admin"]


def make(apps, schema_editor):
    """Their rights follow when all tables are there (pipeline.roles.after_migrating)."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0013_scene_and_shot"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
