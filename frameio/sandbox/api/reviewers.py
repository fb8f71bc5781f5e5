"""Who was asked to look at a secure share."""

import json
from typing import Annotated, Literal

from pydantic import Field
from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, done
from frameio.sandbox.api.queries import NoBody, NoQuery, PageQuery, Strict
from frameio.sandbox.api.shares import found
from frameio.sandbox.errors import Invalid
from frameio.sandbox.store.people import People
from frameio.sandbox.store.records import User

AT = "/data/reviewers"
Ten = Annotated[list[str], Field(min_length=1, max_length=10)]


class Reviewers(Strict):
    """One of the three."""

    emails: Ten = []
    user_ids: Ten = []
    adobe_user_ids: Ten = []


class NewReviewers(Strict):
    class Data(Strict):
        message: str
        reviewers: Reviewers
        notify_by_email: bool = True

    data: Data


class OldReviewers(Strict):
    class Data(Strict):
        reviewers: Reviewers

    data: Data


class ReviewerPage(PageQuery):
    sort: Literal["name_asc", "name_desc"] | None = None


def index(call: Call[ReviewerPage, NoBody]) -> Response:
    share = found(call)
    return many(
        call,
        lambda wanted: call.site.store.shares.reviewers_page(share, wanted),
        lambda row: call.documents.user(User(**row)),
    )


def add(call: Call[NoQuery, NewReviewers]) -> Response:
    """An address that nobody has yet is a new person."""
    share, store = found(call), call.site.store
    if json.loads(share.settings)["access"] != "secure":
        raise Invalid("Only a secure share has reviewers", AT)
    for user in _people(store.people, call.body.data.reviewers, invite=True):
        store.shares.add_reviewer(share, user)
    return done()


def remove(call: Call[NoQuery, OldReviewers]) -> Response:
    share, store = found(call), call.site.store
    for user in _people(store.people, call.body.data.reviewers, invite=False):
        store.shares.remove_reviewer(share, user)
    return done()


def _people(people: People, named: Reviewers, *, invite: bool) -> list[User]:
    if len(named.model_fields_set) != 1:
        raise Invalid("Name reviewers by one of emails, user_ids and adobe_user_ids", AT)
    found_ones = [people.user_by_email(email) for email in named.emails]
    if invite:
        found_ones = [
            known or people.add_user(email.partition("@")[0], email)
            for known, email in zip(found_ones, named.emails, strict=True)
        ]
    users = [*found_ones, *map(people.user_by_id, [*named.user_ids, *named.adobe_user_ids])]
    known_users = [user for user in users if user is not None]
    if len(known_users) < len(users):
        raise Invalid("There is no such person", AT)
    return known_users


ALL = "/accounts/{account_id}/shares/{share_id}/reviewers"
operations = (
    Operation("shares.list_reviewers", "GET", ALL, index, ReviewerPage, NoBody),
    Operation("shares.add_reviewers", "POST", ALL, add, NoQuery, NewReviewers),
    Operation("shares.remove_reviewers", "DELETE", ALL, remove, NoQuery, OldReviewers),
)
