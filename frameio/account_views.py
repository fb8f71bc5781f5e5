"""Ending a login, and connecting one that needs no person."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from frameio import accounts
from frameio.connecting import Server, connect_service
from frameio.errors import FrameioError
from frameio.forms import ServiceForm
from frameio.models import Account
from frameio.oauth import Ims
from frameio.views import may_connect


@staff_member_required
@may_connect
@require_http_methods(["GET", "POST"])
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    back = reverse("admin:frameio_account_change", args=[pk])
    if request.method == "POST":
        try:
            left = accounts.disconnect(account)
        except FrameioError as error:  # somebody else is at this login
            messages.error(request, str(error))
            return redirect(back)
        messages.success(request, _("%(account)s is disconnected.") % {"account": account})
        if left:
            messages.warning(request, left)
        return redirect(back)
    context = {
        **admin.site.each_context(request),
        "title": _("Disconnect %(account)s?") % {"account": account},
        "explained": _(
            "The login is taken back at Adobe and its tokens are deleted here. Renders of its"
            " projects wait until somebody logs in again. Nothing on Frame.io is touched."
        ),
        "webhooks": account.webhook_set.exists(),
        "account": account,
        "button": _("Disconnect"),
        "kind": "danger",
        "back": back,
        "above": account,
    }
    return render(request, "frameio/disconnect.html", context)


@staff_member_required
@may_connect
@require_safe
def lists(_request: HttpRequest, pk: int) -> JsonResponse:
    """The login's Frame.io accounts, asked of Frame.io now: `{"choices": [{id, label}], "error"}`.

    The page of the account asks when it is there, and waits for nobody.
    """
    account = get_object_or_404(Account, pk=pk)
    try:
        choices = [{"id": each.id, "label": each.name} for each in accounts.offered(account)]
    except FrameioError as error:
        return JsonResponse({"choices": [], "error": str(error)})
    return JsonResponse({"choices": choices, "error": ""})


@sensitive_post_parameters("client_secret")
@staff_member_required
@may_connect
@require_http_methods(["GET", "POST"])
def service(request: HttpRequest) -> HttpResponse:
    form = ServiceForm(request.POST or None, initial={"client_id": request.GET.get("client_id")})
    if form.is_valid() and (account := _connected(request, form)):
        return redirect("admin:frameio_account_change", account.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Connect without a person"),
        "explained": _(
            "With a credential of the type OAuth Server-to-Server, for Frame.io accounts that are"
            " administered in the Adobe Admin Console. Such a login does not end."
        ),
        "form": form,
        "button": _("Connect"),
        "back": reverse("admin:frameio_account_changelist"),
        "above": Account._meta.verbose_name_plural,
    }
    return render(request, "postflow/form_page.html", context)


def _connected(request: HttpRequest, form: ServiceForm) -> Account | None:
    credential = form.cleaned_data["client_id"], form.cleaned_data["client_secret"]
    server = Server(settings.FRAMEIO_API_URL, Ims(settings.FRAMEIO_IMS_URL, *credential))
    try:
        account = connect_service(server)
    except FrameioError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("%(account)s is connected.") % {"account": account})
    if not account.account_id:
        messages.warning(request, _("It has several Frame.io accounts. Choose one here."))
    return account
