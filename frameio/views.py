"""The Connect Frame.io button: out to Adobe, and back.

`connect` writes nothing but the visitor's own session, so a link may start it; the tokens are
stored by whoever comes back with the state of that session.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from frameio.connecting import begin, finish, server_in_settings, server_of
from frameio.errors import FrameioError
from frameio.models import Account

LOGIN = "frameio_login"  # in the session: state, redirect_uri, account

may_connect = permission_required("frameio.change_account", raise_exception=True)


@staff_member_required
@may_connect
@require_GET
def connect(request: HttpRequest) -> HttpResponse:
    """`?account=ID` logs in again where that account is, with its own credential."""
    row = _row(request.GET.get("account", ""))
    if row and row.kind == Account.Kind.SERVICE:  # no person can log in for it
        return redirect(f"{reverse('frameio:service')}?{urlencode({'client_id': row.client_id})}")
    try:
        address = _begin(request)
    except FrameioError as error:
        messages.error(request, str(error))
        return redirect("admin:index")
    return redirect(address)


@staff_member_required
@may_connect
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    _finish(request, request.build_absolute_uri())
    return redirect("admin:index")


@staff_member_required
@may_connect
@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """For servers that Adobe cannot send a browser back to: the address is pasted by hand."""
    if request.method == "POST":
        done = _finish(request, request.POST.get("address", ""))
        return redirect("admin:index" if done else "frameio:paste")
    try:
        address = _begin(request)
    except FrameioError as error:
        messages.error(request, str(error))
        return redirect("admin:index")
    context = {
        **admin.site.each_context(request),
        "title": _("Connect Frame.io by hand"),
        "address": address,
        "redirect_uri": request.session[LOGIN]["redirect_uri"],
    }
    return render(request, "frameio/paste.html", context)


def _begin(request: HttpRequest) -> str:
    row = _row(request.GET.get("account", ""))
    redirect_uri = settings.FRAMEIO_REDIRECT_URI or request.build_absolute_uri(
        reverse("frameio:callback")
    )
    address, state = begin(server_of(row) if row else server_in_settings(), redirect_uri)
    request.session[LOGIN] = {
        "state": state,
        "redirect_uri": redirect_uri,
        "account": str(row.pk) if row else "",
    }
    return address


def _finish(request: HttpRequest, redirect_url: str) -> bool:
    login = request.session.pop(LOGIN, {"state": "", "redirect_uri": "", "account": ""})
    row = _row(login["account"])
    try:
        account = finish(
            server_of(row) if row else server_in_settings(),
            redirect_url,
            expected_state=login["state"],
            redirect_uri=login["redirect_uri"],
            row=row,
        )
    except FrameioError as error:
        messages.error(request, str(error))
        return False
    _tell(request, account)
    return True


def _tell(request: HttpRequest, account: Account) -> None:
    messages.success(request, _("%(account)s is connected.") % {"account": account})
    if not account.account_id:
        messages.warning(
            request,
            _("This login has several Frame.io accounts. Choose one on the account's page."),
        )
    if not account.refresh_token:
        messages.warning(
            request,
            _(
                "Adobe gave a login for one day only. Use a credential of the type OAuth Web App"
                " to stay connected."
            ),
        )


def _row(pk: str) -> Account | None:
    return Account.objects.filter(pk=int(pk)).first() if pk.isdecimal() else None
