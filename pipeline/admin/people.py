"""Who may come in, and as what."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    UserChangeForm,
    UserCreationForm,
)
from django.contrib.auth.models import Group, Permission, User
from django.db.models import ManyToManyField, Model
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline.admin.base import AnyDesk, Fieldsets
from pipeline.roles import WHAT_THEY_DO, Role, give, role_of

if TYPE_CHECKING:  # generic to the type checker alone
    SetPassword: TypeAlias = AdminPasswordChangeForm[User]
else:
    SetPassword = AdminPasswordChangeForm

MORE_OF_A_PERSON = {
    "username": _("Letters, digits and @ . + - _"),
    "is_active": _(
        "May log in. Unticked, they cannot, and their API tokens open nothing; what they did stays"
        " in the history."
    ),
    "is_staff": _("May come to these pages."),
    "is_superuser": _("May do everything, whatever the role."),
    "groups": _("Gives all that the group may do."),
    "user_permissions": _("Beside what role and groups give."),
}
WHAT_IS_DONE = {"add": _("add"), "change": _("change"), "delete": _("delete"), "view": _("see")}
NO_ROLE = ("", _("None: no login to these pages"))


def role_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Role"),
        choices=[*((str(role), said) for role, said in WHAT_THEY_DO.items()), NO_ROLE],
        coerce=Role,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class PersonForm(UserChangeForm[User]):
    role = role_field()

    class Meta(UserChangeForm.Meta):
        help_texts = MORE_OF_A_PERSON

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.initial["role"] = role_of(self.instance) or ""


class NewPersonForm(UserCreationForm[User]):
    role = role_field()
    role.initial = Role.PRODUCER

    class Meta(UserCreationForm.Meta):
        help_texts = MORE_OF_A_PERSON


def in_words(permission: Permission) -> tuple[str, str]:
    """What it is about, and what may be done with it; the first is empty for what is no table's."""
    table = permission.content_type.model_class()
    done = WHAT_IS_DONE.get(permission.codename.split("_", 1)[0])
    if table is None or done is None:
        return "", permission.name
    return capfirst(str(table._meta.verbose_name_plural)), str(done)


class PermissionsField(forms.ModelMultipleChoiceField[Permission]):
    def label_from_instance(self, permission: Permission) -> str:
        """Django's own begins with the names of its modules, and is cut off before its end."""
        return ": ".join(filter(None, in_words(permission)))


class PasswordForm(SetPassword):
    """Who may not log in is not active: there is no second switch for it here."""

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields.pop("usable_password", None)


class PeopleDesk(AnyDesk[User], UserAdmin[User]):
    """Roles are given here. What lies beyond them, superusers give; and nobody else changes a
    superuser, who could otherwise be taken over by a new password."""

    add_words = _("Add a person")
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = PasswordForm
    change_form_template = "admin/auth/user/change_form.html"
    actions: Sequence[str] | None = None
    list_display = ["username", "full_name", "email", "shown_role", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets: ClassVar[Fieldsets] = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        (_("What they may do"), {"fields": ["role", "is_active"]}),
        (_("Since when"), {"fields": ["last_login", "date_joined"]}),
    ]
    beyond_roles: ClassVar[Fieldsets] = [
        (
            _("Beyond the roles"),
            {
                "classes": ["collapse"],
                "fields": ["is_staff", "is_superuser", "groups", "user_permissions"],
            },
        ),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        (_("Password"), {"fields": ["password1", "password2"]}),
        (_("What they may do"), {"fields": ["role"]}),
    ]
    show_facets = admin.ShowFacets.NEVER

    def get_fieldsets(self, request: HttpRequest, person: User | None = None) -> Fieldsets:
        shown = super().get_fieldsets(request, person)
        beyond = person is not None and request.user.is_superuser
        return [*shown, *self.beyond_roles] if beyond else shown

    def has_change_permission(self, request: HttpRequest, person: User | None = None) -> bool:
        return self._may_touch(request, person) and super().has_change_permission(request, person)

    def has_delete_permission(self, request: HttpRequest, person: User | None = None) -> bool:
        return self._may_touch(request, person) and super().has_delete_permission(request, person)

    def _may_touch(self, request: HttpRequest, person: User | None) -> bool:
        return request.user.is_superuser or not (person and person.is_superuser)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Model, Model], request: HttpRequest, **kwargs: object
    ) -> forms.ModelMultipleChoiceField[Model] | None:
        if db_field.related_model is Permission:
            kwargs["form_class"] = PermissionsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm[User],
        formsets: Sequence[forms.BaseFormSet[forms.Form]],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """After the groups that a superuser chose by hand."""
        super().save_related(request, form, formsets, change)
        if not change or "role" in form.changed_data:
            give(form.instance, form.cleaned_data["role"])

    @admin.display(description=_("name"), ordering="last_name")
    def full_name(self, person: User) -> str:
        return person.get_full_name()

    @admin.display(description=_("role"))
    def shown_role(self, person: User) -> str:
        if person.is_superuser:
            return _now("superuser")
        role = role_of(person)
        return str(role) if role else _now("none")


class GroupDesk(AnyDesk[Group], GroupAdmin):
    """For superusers: whoever changes a group changes what others may do. The groups of the roles
    are as `pipeline.roles` says, or the next migration would undo the change."""

    add_words = _("Add a group")
    actions: Sequence[str] | None = None

    def get_fieldsets(self, _request: HttpRequest, group: Group | None = None) -> Fieldsets:
        said = "shown_permissions" if _is_role(group) else "permissions"
        return [(None, {"fields": ["name", said]})]

    @admin.display(description=_("permissions"))
    def shown_permissions(self, group: Group) -> SafeString:
        """A line for each table."""
        lines: dict[str, list[str]] = {}
        for permission in group.permissions.select_related("content_type"):
            about, done = in_words(permission)
            lines.setdefault(about, []).append(done)
        return format_html_join(
            "", "<div>{}: {}</div>", ((about, ", ".join(done)) for about, done in lines.items())
        )

    def formfield_for_manytomany(
        self,
        db_field: ManyToManyField[Model, Model],
        request: HttpRequest | None = None,
        **kwargs: object,
    ) -> forms.ModelMultipleChoiceField[Model] | None:
        kwargs["form_class"] = PermissionsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, _group: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, group: Group | None = None) -> bool:
        return bool(request.user.is_superuser) and not _is_role(group)

    def has_delete_permission(self, request: HttpRequest, group: Group | None = None) -> bool:
        return bool(request.user.is_superuser) and not _is_role(group)


def _is_role(group: Group | None) -> bool:
    return group is not None and group.name in list(Role)
