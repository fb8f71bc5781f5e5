from django import forms
from django.utils.translation import gettext_lazy as _

from pipeline.admin.choosing import FolderInput
from pipeline.admin.filled import FilledForm
from pipeline.admin.looking import look_at
from pipeline.models import WatchedFolder

ALL_THE_SAME = "all_the_same"  # the button that saves a path where there is no folder now


class WatchedFolderForm(FilledForm[WatchedFolder]):
    not_there = False  # there is no folder at the path, and nobody has said that it is right

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

    def full_clean(self) -> None:
        """A misspelt path would be watched for ever without a word."""
        super().full_clean()
        if not self.is_bound or ALL_THE_SAME in self.data:
            return
        if "path" in self.changed_data and "path" not in self.errors:
            seen = look_at(self.instance.root)
            if not seen.there:
                self.not_there = True
                self.add_error("path", seen.sentence)
