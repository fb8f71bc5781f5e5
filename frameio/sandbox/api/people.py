"""Who am I, and which accounts are mine."""

from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, one
from frameio.sandbox.api.queries import AccountPage, NoBody, NoQuery
from frameio.sandbox.store.records import Account


def me(call: Call[NoQuery, NoBody]) -> Response:
    return one(call.documents.profile(call.caller))


def accounts(call: Call[AccountPage, NoBody]) -> Response:
    people, documents = call.site.store.people, call.documents
    return many(call, people.accounts_page, lambda row: documents.account(Account(**row)))


operations = (
    Operation("users.show", "GET", "/me", me, NoQuery, NoBody),
    Operation("accounts.index", "GET", "/accounts", accounts, AccountPage, NoBody),
)
