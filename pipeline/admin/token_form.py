from datetime import date, datetime, time

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline import tokens
from pipeline.models import ApiToken


class ApiTokenForm(forms.Form):
    """Only a superuser makes tokens that speak for somebody else."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The program that uses it, e.g. nightly conform."),
    )
    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=_("Person"),
        help_text=_("What the token may do, this person must be allowed to do."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=ApiToken.Scope.choices,
        initial=[ApiToken.Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        label=_("Ends"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The end of that day. Empty: it has no end, and has to be revoked by hand."),
    )

    def __init__(self, maker: User, data: QueryDict | None, initial: dict[str, object]) -> None:
        super().__init__(data, initial={"user": maker.pk, **initial})
        self._maker = maker
        if not maker.is_superuser:
            del self.fields["user"]

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day is over. Choose a later one."))
        return day

    def issue(self) -> tuple[ApiToken, str]:
        said = self.cleaned_data
        user = said.get("user", self._maker)
        return tokens.issue(user, said["name"], said["scopes"], _end_of(said["expires_on"]))


def _end_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None
