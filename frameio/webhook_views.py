"""The page on which webhooks are registered and removed, one a workspace."""

from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from frameio.connecting import client_for
from frameio.errors import FrameioError
from frameio.hearing import hearings, leave, listen, why_not
from frameio.models import Account, Webhook
from frameio.views import may_connect


@staff_member_required
@may_connect
@require_GET
def webhooks(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    found, error = [], ""
    try:
        with client_for(account) as client:
            found = hearings(client, account)
    except FrameioError as failure:
        error = str(failure)
    context = {
        **admin.site.each_context(request),
        "title": _("Webhooks"),
        "account": account,
        "hearings": found,
        "error": error,
        "why_not": why_not(account),
    }
    return render(request, "frameio/webhooks.html", context)


@staff_member_required
@may_connect
@require_POST
def register(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    try:
        with client_for(account) as client:
            listen(client, account, request.POST.get("workspace", ""))
    except FrameioError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Frame.io tells us of comments in this workspace at once."))
    return redirect("frameio:webhooks", pk)


@staff_member_required
@may_connect
@require_POST
def remove(request: HttpRequest, pk: int, webhook_pk: int) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_pk, account=pk)
    try:
        with client_for(webhook.account) as client:
            leave(client, webhook)
    except FrameioError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The webhook is removed. Comments are asked for instead."))
    return redirect("frameio:webhooks", pk)
