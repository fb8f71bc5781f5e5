"""What a studio has before its road begins; `Studio.furnish` runs one of these beside it."""

import os

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import call_command

from pipeline import roles
from pipeline.channels import Channel
from pipeline.models import NamingRule, Project, WatchedFolder
from tests.desk.studio import PASSWORD

RULE = "{project}_{shot:5d}_{task:anim|comp|light}_v{version:3d}.{ext}"
FOLDERS = "{shot}/{task}"


def admin() -> None:
    """Nora."""
    User.objects.create_superuser("nora", password=PASSWORD)


def studio() -> None:
    """Nora; Pia produces, Otto operates, Ada runs the place; UNDLM goes up from the mount."""
    admin()
    password = make_password(PASSWORD)
    for name, role in {
        "pia": roles.Role.PRODUCER,
        "otto": roles.Role.OPERATOR,
        "ada": roles.Role.ADMIN,
    }.items():
        roles.give(User.objects.create(username=name, password=password), role)
    NamingRule.objects.create(name="By shot", template=RULE, folder_template=FOLDERS)
    call_command("connect", "--sandbox", os.environ["FRAMEIO_API_URL"], "--project", "UNDLM")
    WatchedFolder.objects.create(
        path=os.environ["STUDIO_MOUNT"],
        project=Project.objects.get(code="UNDLM"),
        quiet_seconds=1,
        first_pass=WatchedFolder.FirstPass.SEND,
    )
    Channel.objects.create(name="Dailies", address=os.environ["STUDIO_DISCORD"], language="fr")
