from django import forms
from django.utils.translation import gettext_lazy as _


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
