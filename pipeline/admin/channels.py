"""Where the team is told: channels, how they stand, and a test of each."""

from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pipeline import announcing, notices
from pipeline.admin import wording
from pipeline.admin.base import Desk, Fieldsets
from pipeline.channels import Channel, fingerprint

Kind = Channel.Kind
TOPICS = ["success", "error", "comments", "status", "summary", "incidents"]


class ChannelForm(forms.ModelForm[Channel]):
    """The address is written, and never shown again: left empty, it stays as it is."""

    address = forms.CharField(
        label=_("Address"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )

    class Meta:
        model = Channel
        fields = [
            "name",
            "kind",
            "address",
            "active",
            "projects",
            "thread_id",
            "thread_name",
            "language",
            *TOPICS,
        ]
        widgets: ClassVar = {
            "kind": forms.RadioSelect,
            "projects": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they come
        if "kind" in self.fields:
            kind = self.fields["kind"]
            assert isinstance(kind, forms.ChoiceField)  # noqa: S101
            kind.choices = [(each.value, each.label) for each in (Kind.DISCORD, Kind.SERVICE)]
        if "language" in self.fields:
            language = self.fields["language"]
            assert isinstance(language, forms.ChoiceField)  # noqa: S101
            language.choices = [("", _("the project's")), *settings.LANGUAGES]
            language.help_text = ""
        if "address" in self.fields:
            self.fields["address"].help_text = _hint(kept=bool(self.instance.fingerprint))

    def clean(self) -> None:
        """What is kept in the place of an empty address is not read, so it is not checked again."""
        said = self.cleaned_data
        if "address" not in self.fields or "kind" not in said:
            return
        address = said.get("address", "")
        if not address and (not self.instance.fingerprint or "kind" in self.changed_data):
            self.add_error("address", _now("Give the address that the service has made for you."))
        elif address and (wrong := notices.trouble_of(Channel(kind=said["kind"], address=address))):
            self.add_error("address", wrong)


def _hint(*, kept: bool) -> str:
    discord = _now(
        "Of Discord: Copy Webhook URL, in the channel's settings under Integrations. Of others: as"
        " Apprise writes it, e.g. slack://…, tgram://…"
    )
    empty = _now("There is one, which is not shown. Leave it empty to keep it.")
    return f"{discord} {empty}" if kept else discord


class ChannelDesk(Desk[Channel]):
    add_words = _("Add a channel")
    form = ChannelForm
    list_display = ["standing", "name", "shown_kind", "shown_projects", "hears", "why"]
    list_display_links = ["name"]
    list_filter = ["active"]
    search_fields = ["name"]
    readonly_fields = ["standing_since", "why", "shown_kind"]
    change_form_template = "admin/pipeline/channel/change_form.html"
    view_on_site = False
    nothing_yet = _("No channels yet. A channel is a place where the team reads: Discord, say.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        rows = super().get_queryset(request).exclude(origin=Channel.Origin.UPLOAD)
        return rows.prefetch_related("projects")

    def has_delete_permission(self, request: HttpRequest, channel: Channel | None = None) -> bool:
        """That of the settings would come back."""
        allowed = super().has_delete_permission(request, channel)
        return allowed and not (channel and channel.origin == Channel.Origin.SETTINGS)

    def get_fieldsets(self, _request: HttpRequest, obj: Channel | None = None) -> Fieldsets:
        place: tuple[str, ...] = ("kind", "address", "thread_id", "thread_name")
        if obj and obj.origin == Channel.Origin.SETTINGS:
            place = ("shown_kind", "thread_id", "thread_name")
        first = ("name", "active", *(("standing_since", "why") if obj else ()))
        return [
            (None, {"fields": first}),
            (_("Where"), {"fields": place}),
            (_("What it hears of"), {"fields": ["projects", *TOPICS, "language"]}),
        ]

    def get_urls(self) -> list[URLPattern]:
        test = path(
            "<int:pk>/test/",
            self.admin_site.admin_view(self.test_view),
            name="pipeline_channel_test",
        )
        return [test, *super().get_urls()]

    @method_decorator(require_POST)
    def test_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        channel = get_object_or_404(Channel, pk=pk)
        if not self.has_change_permission(request, channel):
            raise PermissionDenied
        if trouble := announcing.send_test(channel):
            messages.error(request, trouble)
        else:
            messages.success(request, _now("The test is sent. Look whether it is there."))
        return HttpResponseRedirect(channel.get_absolute_url())

    def save_model(
        self,
        _request: HttpRequest,
        channel: Channel,
        form: forms.ModelForm[Channel],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """A new address or a new start forgets the old trouble. The rest of the row is the
        senders'."""
        columns = set(form.changed_data) - {"projects", "address"}
        if address := form.cleaned_data.get("address"):
            channel.address, channel.fingerprint = address, fingerprint(address)
            columns |= {"address", "fingerprint"}
        if columns & {"address", "active"}:
            channel.trouble, channel.state_since = "", timezone.now()
            columns |= {"trouble", "state_since"}
        if change:
            channel.save(update_fields=columns)
        else:
            channel.save()

    @admin.display(description=_("state"), ordering="active")
    def standing(self, channel: Channel) -> SafeString:
        if not channel.active:
            return wording.badge("failed" if channel.is_refused else "off", _now("off"))
        state = ("waiting", _now("in trouble")) if channel.trouble else ("online", _now("on"))
        return wording.badge(*state)

    @admin.display(description=_("state"))
    def standing_since(self, channel: Channel) -> SafeString:
        since = wording.ago(channel.state_since)
        return format_html(
            '{} <span class="quiet">{} {}</span>', self.standing(channel), _now("since:"), since
        )

    @admin.display(description=_("last error"))
    def why(self, channel: Channel) -> SafeString | str:
        return wording.reason(channel.trouble) if channel.trouble else _now("none")

    @admin.display(description=_("kind"), ordering="kind")
    def shown_kind(self, channel: Channel) -> str:
        if channel.origin != Channel.Origin.SETTINGS:
            return channel.get_kind_display()
        return _now("%(kind)s, by DISCORD_WEBHOOK_URL") % {"kind": channel.get_kind_display()}

    @admin.display(description=_("projects"))
    def shown_projects(self, channel: Channel) -> str:
        codes = [project.code for project in channel.projects.all()]
        return ", ".join(codes) or _now("all")

    @admin.display(description=_("hears of"))
    def hears(self, channel: Channel) -> str:
        names = {field.name: field for field in Channel._meta.concrete_fields}
        wanted = [str(names[topic].verbose_name) for topic in TOPICS if getattr(channel, topic)]
        return _now("everything") if len(wanted) == len(TOPICS) else ", ".join(wanted)
