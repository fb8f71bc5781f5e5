from django import forms
from django.utils.translation import gettext_lazy as _

from pipeline.admin.choosing import FolderInput
from pipeline.admin.filled import FilledForm
from pipeline.models import WatchedFolder


class WatchedFolderForm(FilledForm[WatchedFolder]):
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
            "path": FolderInput("admin:pipeline_watchedfolder_choose"),
            "ignore": forms.TextInput(attrs={"class": "vTextField wide-path"}),
            "first_pass": forms.RadioSelect,
        }
        help_texts = {
            "project": "",  # the choice itself says it
            "first_pass": _(
                "Files may lie in the folder already. Left alone, they are only written down, and"
                " just what is saved from then on goes up. Sent, every finished file in it goes up"
                " at once: that can be thousands. This counts once, when the watcher first looks."
            ),
        }
