"""Who am I, and which accounts are mine."""

from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, one
from frameio.sandbox.api.queries import AccountPage, NoBody, NoQuery, UserPage
from frameio.sandbox.store.records import Account, User


def me(call: Call[NoQuery, NoBody]) -> Response:
    return one(call.documents.profile(call.caller))


def accounts(call: Call[AccountPage, NoBody]) -> Response:
    people, documents = call.site.store.people, call.documents
    return many(call, people.accounts_page, lambda row: documents.account(Account(**row)))


def users(call: Call[UserPage, NoBody]) -> Response:
    """The first is the owner; whoever was invited to a share is a reviewer."""
    people, documents = call.site.store.people, call.documents
    roles = {people.user().id: "owner", people.service().id: "member"}
    call.account()
    return many(
        call,
        people.users_page,
        lambda row: {"role": roles.get(row["id"], "reviewer"), "user": documents.user(User(**row))},
    )


operations = (
    Operation("users.show", "GET", "/me", me, NoQuery, NoBody),
    Operation("accounts.index", "GET", "/accounts", accounts, AccountPage, NoBody),
    Operation(
        "account_user_roles.index", "GET", "/accounts/{account_id}/users", users, UserPage, NoBody
    ),
)
