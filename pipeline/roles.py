"""Who may see and do what. A role is a group of Django's, and its rights stand in one table.

`manage.py migrate` gives each role what the table says, and takes from it what the table no longer
says. Who needs something else gets a group of their own beside the roles.
"""

from enum import StrEnum

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission, User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """As the groups are called in the database."""

    PRODUCER = "Producer"
    OPERATOR = "Operator"
    ADMIN = "Admin"


WHAT_THEY_DO: dict[Role, str | Promise] = {
    Role.PRODUCER: _(
        "Producer: projects, naming rules, watched folders, channels, uploads, review links"
    ),
    Role.OPERATOR: _("Operator: uploads, watched folders, hours, limits, machines, API tokens"),
    Role.ADMIN: _("Admin: all of that, the Frame.io account, and who may come in"),
}

RIGHTS = {"v": "view", "a": "add", "c": "change", "d": "delete"}
# Of uploads and files, `c` is to send again, cancel, pause and put first: their rows nobody edits.
# A table that is not here is for superusers alone, as are django-q2's, whose schedules run code.
TABLE: dict[str, dict[Role, str]] = {
    table: dict(zip(Role, rights, strict=True))
    for table, *rights in [
        # table, Producer, Operator, Admin
        ("pipeline.uploadjob", "vc", "vc", "vc"),
        ("pipeline.sourcefile", "vc", "vc", "vc"),
        ("pipeline.reviewlink", "v", "v", "v"),
        ("pipeline.project", "vac", "v", "vacd"),
        ("pipeline.namingrule", "vacd", "v", "vacd"),
        ("pipeline.watchedfolder", "vac", "vac", "vacd"),
        ("pipeline.shot", "vacd", "v", "vacd"),
        ("pipeline.channel", "vacd", "v", "vacd"),
        ("pipeline.uploadwindow", "v", "vacd", "vacd"),
        ("pipeline.studio", "v", "vc", "vc"),
        ("pipeline.node", "", "v", "v"),
        ("pipeline.mountpath", "", "vacd", "vacd"),
        ("pipeline.healthfinding", "v", "v", "v"),  # on the overview
        ("pipeline.apitoken", "", "vac", "vac"),
        ("frameio.account", "v", "v", "vcd"),
        ("auth.user", "", "", "vacd"),
        ("axes.accessattempt", "", "", "vd"),
        ("pipeline.revision", "", "", "v"),
    ]
}


def codenames(role: Role, app_label: str) -> set[str]:
    """Of Django's permissions: `view_project`."""
    return {
        f"{RIGHTS[letter]}_{model}"
        for table, rights in TABLE.items()
        for app, model in [table.split(".")]
        if app == app_label
        for letter in rights[role]
    }


def grant(app_label: str, using: str = "default") -> None:
    """Give each role its rights to the tables of one app, no more and no fewer."""
    of_app = Permission.objects.using(using).filter(content_type__app_label=app_label)
    for role in Role:
        group, _made = Group.objects.using(using).get_or_create(name=role)
        wanted = codenames(role, app_label)
        has = group.permissions.filter(content_type__app_label=app_label)
        group.permissions.remove(*has.exclude(codename__in=wanted))
        group.permissions.add(*of_app.filter(codename__in=wanted))


def after_migrating(sender: AppConfig, using: str, apps: Apps = apps, **_more: object) -> None:
    """Receives `post_migrate` of each app, when Django has made the permissions of its tables."""
    labels = {config.label for config in apps.get_app_configs()}  # as migrated so far
    if "auth" in labels and any(table.startswith(f"{sender.label}.") for table in TABLE):
        grant(sender.label, using)


def role_of(user: User) -> Role | None:
    """The one with the most rights, should somebody have several."""
    names = set(user.groups.values_list("name", flat=True))
    return next((role for role in reversed(Role) if role in names), None)


def give(user: User, role: Role | None) -> None:
    """In place of the role it had; groups that are no roles stay. Without one, there is no way into
    the admin."""
    user.groups.remove(*Group.objects.filter(name__in=list(Role)))
    if role:
        user.groups.add(Group.objects.get(name=role))
    user.is_staff = bool(role) or user.is_superuser
    user.save(update_fields=["is_staff"])
