from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from frameio.accounts import offered, warnings, why_not
from frameio.errors import FrameioError
from frameio.forms import AccountForm, account_field
from frameio.models import Account

if TYPE_CHECKING:  # the type checker's own name for them
    from django.contrib.admin.options import _FieldGroups

REFUSED = "postflow.frameio_refused"  # in the request's META, from before the transaction


@admin.register(Account)
class AccountDesk(admin.ModelAdmin[Account]):
    """Logins are made by the Connect button and ended by deleting the row. No token is shown."""

    form = AccountForm
    actions = None
    list_display = ["standing", "__str__", "email", "connected_at", "refresh_expires_at"]
    list_display_links = ["__str__"]
    fields = [
        "name",
        "standing",
        "kind",
        "email",
        "account_id",
        "connected_at",
        "refresh_expires_at",
    ]
    readonly_fields = ["standing", "kind", "email", "connected_at", "refresh_expires_at"]
    change_list_template = "admin/frameio/account/change_list.html"
    change_form_template = "admin/frameio/account/change_form.html"
    nothing_yet = _(
        "No Frame.io account yet. Connect one: log in once with an Adobe account that may write to"
        " your projects."
    )

    def get_fields(self, request: HttpRequest, obj: Account | None = None) -> "_FieldGroups":
        """Without the id of the account for who may not choose another."""
        fields = super().get_fields(request, obj)
        if self.has_change_permission(request, obj):
            return fields
        return [name for name in fields if name != "account_id"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def get_form(
        self,
        request: HttpRequest,
        obj: Account | None = None,
        change: bool = False,  # noqa: FBT001, FBT002  Django's signature
        **kwargs: object,
    ) -> type[forms.ModelForm[Account]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        # Not for those who may only look.
        if obj and issubclass(form, AccountForm) and "account_id" in form.base_fields:
            form.base_fields["account_id"] = account_field(obj, _offered(request, obj))
            form.refused = request.META.get(REFUSED, "")
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Frame.io is asked first: Django checks and saves the form in one transaction."""
        account = self.get_object(request, object_id) if object_id else None
        chosen = request.POST.get("account_id", "")
        other = account and chosen not in {"", account.account_id}
        if account and other and self.has_change_permission(request, account):
            request.META[REFUSED] = why_not(account, chosen)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        soon = {str(ending.account_pk): ending.text for ending in warnings()}
        shown = {"ends_soon": soon.get(object_id, ""), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, shown)

    def save_model(
        self,
        _request: HttpRequest,
        account: Account,
        form: forms.ModelForm[Account],
        _change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Never the tokens: they may have been renewed since the row was read."""
        account.save(update_fields=form.changed_data)

    def get_deleted_objects(
        self, objs: Sequence[Account] | QuerySet[Account], _request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Only the login is named: with it goes our list of folders, not a thing on Frame.io."""
        names = [str(account) for account in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []

    @admin.display(description=_("state"), ordering="needs_login")
    def standing(self, account: Account) -> SafeString:
        label = _("needs a login") if account.needs_login else _("connected")
        state = "offline" if account.needs_login else "online"
        return render_to_string("postflow/badge.html", {"state": state, "label": label})


def _offered(request: HttpRequest, account: Account) -> list[tuple[str, str]]:
    """For browsers without JavaScript, when they ask for it."""
    if "lists" not in request.GET:
        return []
    try:
        return [(each.id, each.name) for each in offered(account)]
    except FrameioError as error:
        messages.warning(request, str(error))
        return []
