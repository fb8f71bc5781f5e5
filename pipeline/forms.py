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
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pipeline.integrations.frameio_shares import LinkWanted
from pipeline.studio import DAYS, EVERY_DAY, UploadWindow


class ReviewLinkForm(forms.Form):
    """`folder` is the path of the innermost folder that the `files` chosen have in common.

    `number` says which of their links this form is for, so that it makes one however often it is
    sent (integrations.frameio_shares).
    """

    class Access(TextChoices):
        PUBLIC = "public", _("whoever has the link")
        SECURE = "secure", _("only those who are invited")

    FILES = "0"  # of the levels of the folder

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    shows = forms.ChoiceField(label=_("Shows"), widget=forms.RadioSelect, initial=FILES)
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

    def __init__(
        self,
        folder: Sequence[str],
        files: int,
        data: QueryDict | None,
        initial: dict[str, object],
    ) -> None:
        super().__init__(data, initial=initial)
        self._folder = tuple(folder)
        shows = self.fields["shows"]
        assert isinstance(shows, forms.ChoiceField)  # noqa: S101  declared above
        shows.choices = [(self.FILES, _files(files)), *map(self._level, range(1, len(folder) + 1))]
        if not folder:
            shows.widget = forms.HiddenInput()

    def _level(self, level: int) -> tuple[str, str]:
        path = " / ".join(self._folder[:level])
        words = _now("the folder %(folder)s, with what comes into it later") % {"folder": path}
        return str(level), words

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
            folder=self._folder[: int(said["shows"])],
            secure=said["access"] == self.Access.SECURE,
            expires_at=_end_of(said["expires_on"]),
            passphrase=said["passphrase"],
            downloads=said["downloads"],
            comments=said["comments"],
            reviewers=tuple(said["reviewers"]),
            message=said["message"],
        )


def _files(count: int) -> str:
    return ngettext("the file chosen", "the %(count)d files chosen", count) % {"count": count}


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
        help_texts = {"project": ""}  # the choice itself says it
