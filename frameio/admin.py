from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from frameio.models import Account

if TYPE_CHECKING:  # generic for the type checker alone
    AccountAdmin: TypeAlias = admin.ModelAdmin[Account]
else:
    AccountAdmin = admin.ModelAdmin


@admin.register(Account)
class AccountDesk(AccountAdmin):
    """Logins are made by the Connect button and ended by deleting the row. No token is shown."""

    actions = None
    list_display = ["standing", "__str__", "email", "connected_at", "refresh_expires_at"]
    list_display_links = ["__str__"]
    fields = ["name", "standing", "email", "account_id", "connected_at", "refresh_expires_at"]
    readonly_fields = ["standing", "email", "account_id", "connected_at", "refresh_expires_at"]
    change_list_template = "admin/frameio/account/change_list.html"
    change_form_template = "admin/frameio/account/change_form.html"
    nothing_yet = _(
        "No Frame.io account yet. Connect one: log in once with an Adobe account that may write to"
        " your projects."
    )

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

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
