"""Who may come in, and as what."""

from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline.admin.base import AnyDesk, Fieldsets
from pipeline.roles import WHAT_THEY_DO, Role, give, role_of

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

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.initial["role"] = role_of(self.instance) or ""


class NewPersonForm(UserCreationForm[User]):
    role = role_field()
    role.initial = Role.PRODUCER


class PeopleDesk(AnyDesk[User], UserAdmin[User]):
    """Roles are given here. What lies beyond them, superusers give; and nobody else changes a
    superuser, who could otherwise be taken over by a new password."""

    add_words = _("Add a person")
    form = PersonForm
    add_form = NewPersonForm
    actions: Sequence[str] | None = None
    list_display = ["username", "full_name", "email", "shown_role", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets: ClassVar[Fieldsets] = [
        (None, {"fields": ["username", "password", "first_name", "last_name", "email"]}),
        (_("What they may do"), {"fields": ["role", "is_active"]}),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
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

    @admin.display(description=_("role"), empty_value="")
    def shown_role(self, person: User) -> str:
        if person.is_superuser:
            return _now("superuser")
        role = role_of(person)
        return str(role) if role else ""


class GroupDesk(AnyDesk[Group], GroupAdmin):
    """For superusers: whoever changes a group changes what others may do. The groups of the roles
    are as `pipeline.roles` says, or the next migration would undo the change."""

    add_words = _("Add a group")
    actions: Sequence[str] | None = None

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
