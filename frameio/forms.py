from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frameio.models import Account


class AccountForm(forms.ModelForm[Account]):
    """`refused`: why the posted Frame.io account cannot be used; Frame.io was asked before."""

    refused: ClassVar[str] = ""

    class Meta:
        model = Account
        fields = ["name", "account_id"]

    def clean_account_id(self) -> str:
        if self.refused:
            raise ValidationError(self.refused)
        chosen: str = self.cleaned_data["account_id"]
        return chosen


def account_field(account: Account, choices: Sequence[tuple[str, str]] = ()) -> forms.CharField:
    """Which of the login's Frame.io accounts it is used for. The page has the one that is chosen;
    combobox.js asks for the others (`frameio.account_views.lists`).
    """
    names = {account.account_id: account.account_id or "---------", **dict(choices)}
    attrs = {"data-list": "accounts", "data-list-now": ""}
    return forms.CharField(
        label=_("Frame.io account"),
        max_length=200,
        required=bool(account.account_id),  # chosen once, it stays chosen
        widget=forms.Select(attrs=attrs, choices=list(names.items())),
        help_text=_("Renders go to this one of the login's accounts."),
    )


class ServiceForm(forms.Form):
    """A server-to-server credential of Adobe. What is typed into it is never shown again."""

    client_id = forms.CharField(
        label=_("Client id"), widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        widget=forms.PasswordInput(attrs={"class": "vTextField", "autocomplete": "new-password"}),
        help_text=_("It is stored encrypted, and shown to nobody."),
    )
