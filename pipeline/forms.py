"""The forms a producer fills in."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.integrations import integration_choices
from pipeline.integrations.frameio_accounts import accounts
from pipeline.integrations.frameio_shares import LinkWanted
from pipeline.models import Project, WatchedFolder, default_integrations
from pipeline.studio import DAYS, EVERY_DAY, UploadWindow

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
        initial=default_integrations,
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
            "existing_folders_only",
            "same_name",
            "stack_versions",
            "write_metadata",
            "comments_for_days",
            "comments_beside_file",
            "uploads_at_once",
        ]
        widgets = {"transfer": forms.RadioSelect, "same_name": forms.RadioSelect}

    def clean_frameio_project_id(self) -> str:
        """The id, out of whatever was pasted: `https://next.frame.io/project/<id>/view/…`."""
        text: str = self.cleaned_data["frameio_project_id"].strip()
        found = UUID.search(text)
        return found.group().lower() if found else text


class RemoteProjectForm(forms.Form):
    """`workspaces` are (id, name) of those on Frame.io in which it can be made."""

    workspace = forms.ChoiceField()
    name = forms.CharField(
        label=_("Name on Frame.io"),
        max_length=255,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("If the workspace has a project of this name, that one is used."),
    )

    def __init__(
        self, workspaces: Sequence[tuple[str, str]], name: str, data: QueryDict | None = None
    ) -> None:
        super().__init__(data, initial={"name": name})
        self.fields["workspace"] = forms.ChoiceField(label=_("Workspace"), choices=workspaces)


class ReviewLinkForm(forms.Form):
    class Access(TextChoices):
        PUBLIC = "public", _("whoever has the link")
        SECURE = "secure", _("only those who are invited")

    name = forms.CharField(
        label=_("Name"), max_length=175, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    access = forms.ChoiceField(
        label=_("Open to"),
        choices=Access.choices,
        initial=Access.PUBLIC,
        widget=forms.RadioSelect,
    )
    reviewers = forms.CharField(
        label=_("Invite"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vTextField", "spellcheck": "false"}),
        help_text=_("E-mail addresses, one a line. Each gets a mail from Frame.io."),
    )
    message = forms.CharField(
        label=_("Message to them"),
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    expires_on = forms.DateField(
        label=_("Open until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The end of that day. Empty: the link does not end."),
    )
    passphrase = forms.CharField(
        label=_("Passphrase"),
        required=False,
        widget=forms.PasswordInput(attrs={"class": "vTextField", "autocomplete": "new-password"}),
        help_text=_("Tell it to your reviewers another way. PostFlow does not keep it."),
    )
    downloads = forms.BooleanField(label=_("Allow downloads"), required=False)
    comments = forms.BooleanField(label=_("Allow comments"), required=False, initial=True)

    def clean_reviewers(self) -> list[str]:
        emails: list[str] = re.split(r"[\s,;]+", self.cleaned_data["reviewers"].strip())
        found = [email for email in emails if email]
        for email in found:
            _check_email(email)
        return found

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day is over. Choose a later one."))
        return day

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("reviewers") and said.get("access") == self.Access.PUBLIC:
            self.add_error("reviewers", _("Only a link for those who are invited takes addresses."))

    def wanted(self) -> LinkWanted:
        said = self.cleaned_data
        return LinkWanted(
            name=said["name"],
            secure=said["access"] == self.Access.SECURE,
            expires_at=_end_of(said["expires_on"]),
            passphrase=said["passphrase"],
            downloads=said["downloads"],
            comments=said["comments"],
            reviewers=tuple(said["reviewers"]),
            message=said["message"],
        )


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        text = _("%(email)s is no e-mail address.") % {"email": email}
        raise ValidationError(text) from error


def _end_of(day: date | None) -> datetime | None:
    """In the time zone of the person."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


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


class UploadWindowForm(forms.ModelForm[UploadWindow]):
    days = forms.TypedMultipleChoiceField(
        label=_("Begins on"),
        choices=DAYS,
        coerce=int,
        initial=EVERY_DAY,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = UploadWindow
        fields = ["project", "days", "from_time", "to_time", "only_then", "megabits_per_second"]
        widgets = {
            "from_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "to_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }
