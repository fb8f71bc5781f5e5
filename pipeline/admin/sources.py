from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pipeline.admin import wording
from pipeline.admin.base import ReadOnlyDesk
from pipeline.models import SourceFile


class SourceFileDesk(ReadOnlyDesk[SourceFile]):
    """The watcher's ledger, to answer "did it see my file, and what became of it?"."""

    list_display = ["badge", "named", "folder", "shown_size", "reason", "changed"]
    list_display_links = ["named"]
    list_filter = ["state", "folder", ("reason", admin.EmptyFieldListFilter)]
    list_select_related = ["folder"]
    search_fields = ["key"]
    search_help_text = _("Part of a file's path")
    fields = ["key", "folder", "shown_size", "badge", "reason", "first_seen", "changed_at"]
    nothing_yet = _(
        "No files seen yet. The watcher writes down here each file it finds in a watched folder,"
        " and what became of it."
    )

    @admin.display(description=_("state"), ordering="state")
    def badge(self, source: SourceFile) -> SafeString:
        return wording.badge(source.state, source.get_state_display())

    @admin.display(description=_("file"), ordering="key")
    def named(self, source: SourceFile) -> SafeString:
        return format_html('<span class="file-name" title="{0}">{0}</span>', source.key)

    @admin.display(description=_("size"), ordering="size")
    def shown_size(self, source: SourceFile) -> str:
        return wording.size(source.size)

    @admin.display(description=_("changed"), ordering="changed_at")
    def changed(self, source: SourceFile) -> str:
        return wording.ago(source.changed_at)
