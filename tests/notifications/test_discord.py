import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pytest_django import Settings

from notifications.base import ChannelGone, MessageGone, NoAnswer, NotificationError, Sent, SlowDown
from notifications.discord import DiscordWebhook
from notifications.message import Message, Picture
from tests.notifications.discord_server import PATH, UNKNOWN_WEBHOOK, DiscordServer, Reply

SECRET = "kEy-tHaT-nObOdY-mAy-SeE"
HELLO = Message("SH010 anim v003")


def slow_down(seconds: float) -> Reply:
    return Reply(429, {"message": "You are being rate limited.", "retry_after": seconds})


def error_of(webhook: DiscordWebhook, message: Message = HELLO) -> NotificationError:
    with pytest.raises(NotificationError) as caught:
        webhook.send(message)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return caught.value


def test_a_card_carries_what_the_message_says(discord: DiscordServer) -> None:
    message = Message(
        title="SH010 anim v003",
        text="It is there.",
        url="https://next.frame.io/project/1/view/2",
        level="success",
        fields=(("Project", "UNDLM"), ("Version", "3")),
        footer="job 12 · Shots",
        at=datetime(2026, 11, 21, 10, 0, tzinfo=UTC),
    )

    assert DiscordWebhook(discord.url).send(message) == Sent("9001")

    (call,) = discord.calls
    assert call.card == {
        "title": "SH010 anim v003",
        "description": "It is there.",
        "url": "https://next.frame.io/project/1/view/2",
        "color": 0x2E9E5B,
        "fields": [
            {"name": "Project", "value": "UNDLM", "inline": True},
            {"name": "Version", "value": "3", "inline": True},
        ],
        "footer": {"text": "job 12 · Shots"},
        "timestamp": "2026-11-21T10:00:00+00:00",
    }
    assert call.body["allowed_mentions"] == {"parse": []}


def test_a_picture_comes_with_the_card_and_with_each_edit(discord: DiscordServer) -> None:
    picture = Picture("thumbnail.png", "image/png", b"\x89PNG\r\n--x\r\n")
    webhook = DiscordWebhook(discord.url)
    sent = webhook.send(replace(HELLO, picture=picture))
    webhook.edit(sent, replace(HELLO, title="Approved", picture=picture))

    (shown,) = discord.messages.values()
    assert shown.card["thumbnail"] == {"url": "attachment://thumbnail.png"}
    assert (shown.edits, shown.attachments) == (1, ["thumbnail.png"])
    assert [call.files for call in discord.calls] == [{"thumbnail.png": picture.content}] * 2


def test_an_edit_without_the_picture_takes_it_away(discord: DiscordServer) -> None:
    webhook = DiscordWebhook(discord.url)
    sent = webhook.send(replace(HELLO, picture=Picture("thumbnail.png", "image/png", b"p")))
    webhook.edit(sent, HELLO)

    (shown,) = discord.messages.values()
    assert shown.attachments == []
    assert "thumbnail" not in shown.card


def test_discord_is_asked_to_confirm_and_the_thread_is_kept(discord: DiscordServer) -> None:
    DiscordWebhook(f"{discord.url}?thread_id=77").send(HELLO)

    assert discord.calls[0].query == {"thread_id": ["77"], "wait": ["true"]}


def test_a_wait_of_false_in_the_address_does_not_win(discord: DiscordServer) -> None:
    DiscordWebhook(f"{discord.url}?wait=false").send(HELLO)

    assert discord.calls[0].query == {"wait": ["true"]}


def test_a_given_client_is_used() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "5"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        webhook = DiscordWebhook(f"https://discord.test/api/webhooks/1/{SECRET}", client=client)
        assert webhook.send(HELLO) == Sent("5")
    assert seen[0].url.host == "discord.test"


def test_a_limit_is_not_waited_for_but_told(discord: DiscordServer) -> None:
    """Whoever holds the card knows what else there is to do meanwhile."""
    discord.replies.append(slow_down(0.35))
    error = error_of(DiscordWebhook(discord.url))
    assert isinstance(error, SlowDown)
    assert (error.retry_after, error.permanent) == (timedelta(seconds=0.35), False)
    discord.replies.append(Reply(429, "<html>", {"Retry-After": "2"}))
    assert error_of(DiscordWebhook(discord.url)).retry_after == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [("soon", 1), ("nan", 0), ("-3", 0), ("null", 1), (3600.0, 3600), (float("inf"), 86400)],
)
def test_a_wait_that_makes_no_sense_is_short_and_none_is_endless(
    discord: DiscordServer, asked: object, wait: float
) -> None:
    discord.replies.append(Reply(429, {"retry_after": asked}))
    assert error_of(DiscordWebhook(discord.url)).retry_after == timedelta(seconds=wait)


@pytest.mark.parametrize(
    ("left", "after", "pause"), [("3", "1.5", 2), ("0", "7.5", 7.5), ("0", "1", 2), ("0", "x", 2)]
)
def test_the_pause_is_what_the_headers_say_and_never_too_short(
    discord: DiscordServer, left: str, after: str, pause: float
) -> None:
    headers = {"X-RateLimit-Remaining": left, "X-RateLimit-Reset-After": after}
    discord.replies.append(Reply(200, {"id": "1"}, headers))
    webhook = DiscordWebhook(discord.url)
    webhook.send(HELLO)
    assert webhook.pause == timedelta(seconds=pause)


def test_a_card_is_edited_where_it_stands(discord: DiscordServer) -> None:
    webhook = DiscordWebhook(discord.url, thread_id="77")
    sent = webhook.send(HELLO)
    webhook.edit(sent, Message("SH010 anim v004"))
    assert discord.shown == ["SH010 anim v004"]
    edit = discord.calls[1]
    assert (edit.method, edit.query) == ("PATCH", {"thread_id": ["77"]})
    assert edit.body["allowed_mentions"] == {"parse": []}


def test_a_card_in_another_thread_is_not_there(discord: DiscordServer) -> None:
    sent = DiscordWebhook(discord.url, thread_id="77").send(HELLO)
    with pytest.raises(MessageGone):
        DiscordWebhook(discord.url).edit(Sent(sent.message_id, "78"), HELLO)


def test_a_forum_gets_a_post_in_which_the_rest_stands(discord: DiscordServer) -> None:
    discord.forum = True
    webhook = DiscordWebhook(discord.url, thread_name="Undertow" * 20)
    sent = webhook.send(HELLO)
    webhook.edit(sent, Message("Edited"))
    DiscordWebhook(discord.url, thread_id=sent.thread_id, thread_name="Undertow").send(HELLO)
    first, _edit, second = discord.calls
    assert len(str(first.body["thread_name"])) == 100
    assert ("thread_name" in second.body, second.query["thread_id"]) == (False, [sent.thread_id])
    assert discord.shown == ["Edited", "SH010 anim v003"]


def test_a_forum_without_a_thread_says_so(discord: DiscordServer) -> None:
    discord.forum = True
    error = error_of(DiscordWebhook(discord.url))
    assert error.permanent
    assert "forum channels must have a thread" in str(error)


@pytest.mark.parametrize("status", [401, 404])
def test_a_deleted_webhook_is_gone_for_good(discord: DiscordServer, status: int) -> None:
    discord.replies.append(Reply(status, UNKNOWN_WEBHOOK))

    error = error_of(DiscordWebhook(discord.url))
    assert isinstance(error, ChannelGone)
    assert error.permanent
    assert len(discord.calls) == 1


@pytest.mark.parametrize(
    ("status", "permanent"), [(400, True), (403, True), (307, True), (500, False), (503, False)]
)
def test_an_error_says_whether_trying_again_can_help(
    discord: DiscordServer, status: int, permanent: bool
) -> None:
    discord.replies.append(Reply(status, "<html>no json</html>", {"Location": discord.url}))

    assert error_of(DiscordWebhook(discord.url)).permanent is permanent
    assert len(discord.calls) == 1


@pytest.mark.parametrize("body", ["", "[]", "not json", '{"id"'])
def test_an_answer_without_an_id_is_still_an_answer(discord: DiscordServer, body: str) -> None:
    discord.replies.append(Reply(200, body))

    assert DiscordWebhook(discord.url).send(HELLO) == Sent()


def test_a_discord_that_is_not_there_is_a_sentence() -> None:
    error = error_of(DiscordWebhook(f"http://127.0.0.1:1{PATH}"))
    assert str(error) == "Discord cannot be reached (ConnectError)."
    assert not error.permanent


@pytest.mark.parametrize("host", ["a" * 70 + ".test", "127.0.0.1:1"])
def test_a_host_that_cannot_be_is_a_sentence_too(host: str, settings: Settings) -> None:
    settings.WEBHOOK_HOSTS = [host.partition(":")[0]]
    error = error_of(DiscordWebhook(f"https://{host}/api/webhooks/1/{SECRET}"))
    assert str(error).startswith("Discord cannot be reached (")


def test_an_answer_that_does_not_come_is_not_asked_for_again() -> None:
    seen: list[httpx.Request] = []

    def never(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        raise httpx.ReadTimeout(f"timed out on {request.url}")

    with httpx.Client(transport=httpx.MockTransport(never)) as client:
        webhook = DiscordWebhook(f"https://discord.test/api/webhooks/1/{SECRET}", client=client)
        error = error_of(webhook)
    assert isinstance(error, NoAnswer)
    assert str(error) == "Discord did not answer in time."
    assert len(seen) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "discord.com/api/webhooks/1/" + SECRET,
        "http://discord.com/api/webhooks/1/" + SECRET,
        "http://127.0.0.1.evil.test/" + SECRET,
        "file:///etc/passwd#" + SECRET,
        "https:///" + SECRET,
        "https://discord.com:port/" + SECRET,
        "https://\x00" + SECRET,
    ],
)
def test_an_address_that_is_not_https_is_refused_unseen(address: str) -> None:
    with pytest.raises(NotificationError, match="has to begin with https") as caught:
        DiscordWebhook(address)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.permanent


def test_the_address_is_not_shown() -> None:
    assert SECRET not in repr(DiscordWebhook(f"https://discord.test/{SECRET}"))


def test_looking_posts_nothing(discord: DiscordServer) -> None:
    DiscordWebhook(f"{discord.url}?thread_id=77").look()
    assert discord.calls == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [(Reply(404, UNKNOWN_WEBHOOK), ChannelGone), (Reply(500), NotificationError)],
)
def test_looking_says_that_a_webhook_is_gone(
    discord: DiscordServer, reply: Reply, error: type[NotificationError]
) -> None:
    discord.replies.append(reply)
    with pytest.raises(error) as caught:
        DiscordWebhook(discord.url).look()
    assert SECRET not in "".join(traceback.format_exception(caught.value))
