"""The forms a producer fills in."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from pipeline.integrations import integration_choices
from pipeline.integrations.frameio_accounts import accounts
from pipeline.models import Project, WatchedFolder

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def account_choices() -> list[tuple[str, str]]:
    """Called when the form is shown: an account connected a minute ago is there."""
    return [
        ("", "---------"),
        *(
            (
                str(account.pk),
                f"{account.label} ({account.email})" if account.email else account.label,
            )
            for account in accounts()
        ),
    ]


class ProjectForm(forms.ModelForm[Project]):
    integrations = forms.MultipleChoiceField(
        label=_("Delivered to"),
        choices=integration_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Where finished renders go."),
    )
    frameio_account = forms.TypedChoiceField(
        label=_("Frame.io account"),
        choices=account_choices,
        coerce=int,
        empty_value=None,
        required=False,
    )

    frameio_project_id = forms.CharField(
        label=_("Frame.io project"),
        max_length=500,  # of an address; the id in it is shorter
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"}),
        help_text=_("Pick it from the account's projects, or paste its address from the browser."),
    )

    class Meta:
        model = Project
        fields = [
            "code",
            "name",
            "active",
            "integrations",
            "frameio_account",
            "frameio_project_id",
            "transfer",
        ]

    def clean_frameio_project_id(self) -> str:
        """The id, out of whatever was pasted: `https://next.frame.io/project/<id>/view/…`."""
        text: str = self.cleaned_data["frameio_project_id"].strip()
        found = UUID.search(text)
        return found.group().lower() if found else text


class WatchedFolderForm(forms.ModelForm[WatchedFolder]):
    class Meta:
        model = WatchedFolder
        fields = [
            "path",
            "project",
            "active",
            "first_pass",
            "extensions",
            "ignore",
            "quiet_seconds",
            "moves_are_new",
            "local",
            "marker",
        ]
        widgets = {
            "path": forms.TextInput(attrs={"class": "vTextField wide-path", "spellcheck": "false"}),
            "ignore": forms.TextInput(attrs={"class": "vTextField wide-path"}),
            "first_pass": forms.RadioSelect,
        }
        help_texts = {
            "first_pass": _(
                "Files may lie in the folder already. Left alone, they are only written down, and"
                " just what is saved from then on goes up. Sent, every finished file in it goes up"
                " at once: that can be thousands. This counts once, when the watcher first looks."
            ),
        }
