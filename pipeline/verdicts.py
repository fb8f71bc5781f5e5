"""What a status that reviewers set on Frame.io means for the team. Accounts may have words of their
own, and what such a one means is not guessed."""

from enum import StrEnum

APPROVED = {"approved"}
CHANGES = {
    "changes requested",
    "needs changes",
    "needs revision",
    "needs work",
    "not approved",
    "rejected",
}
OPEN = {"", "in progress", "in review", "needs review", "pending", "pending review"}


class Verdict(StrEnum):
    APPROVED = "approved"
    CHANGES = "changes"  # somebody has to work on it again
    OPEN = "open"  # nobody has decided
    OTHER = "other"  # a word of their own


def verdict(status: str) -> Verdict:
    word = " ".join(status.replace("_", " ").casefold().split())
    if word in APPROVED:
        return Verdict.APPROVED
    if word in CHANGES:
        return Verdict.CHANGES
    return Verdict.OPEN if word in OPEN else Verdict.OTHER
