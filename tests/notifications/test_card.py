import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.base import Sent
from notifications.card import embed, fit, units
from notifications.discord import DiscordWebhook
from notifications.message import Message
from tests.notifications.discord_server import DiscordServer, faults

DEEP = "/mnt/studio/" + "a_very_long_folder_name/" * 400 + "SH010.mov"


def test_a_name_full_of_markup_is_shown_as_it_is(discord: DiscordServer) -> None:
    DiscordWebhook(discord.url).send(
        Message(
            title="**SH_010_anim_`v003`**",
            text="@everyone ||look|| <@123> [here](https://evil.test)",
            fields=(("_File_", "~~SH010~~_anim_v003.mov"),),
            footer="job_12",
        )
    )

    (call,) = discord.calls
    assert call.card["title"] == r"\*\*SH\_010\_anim\_\`v003\`\*\*"
    assert (
        call.card["description"]
        == r"\@everyone \|\|look\|\| \<\@123\> \[here\]\(https\://evil.test\)"
    )
    assert call.fields[0]["name"] == r"\_File\_"
    assert call.fields[0]["value"] == r"\~\~SH010\~\~\_anim\_v003.mov"
    assert call.card["footer"] == {"text": "job_12"}
    assert call.body["allowed_mentions"] == {"parse": []}


def test_a_message_longer_than_discord_takes_arrives_shortened(discord: DiscordServer) -> None:
    message = Message(
        title=DEEP, text=DEEP, footer=DEEP, fields=tuple((DEEP, DEEP) for _ in range(40))
    )

    assert DiscordWebhook(discord.url).send(message) == Sent("9001")
    title = discord.calls[0].card["title"]
    assert isinstance(title, str)
    assert title.startswith(r"/mnt/studio/a\_very\_long\_folder")
    assert title.endswith("…")


def test_no_more_than_25_fields_are_sent(discord: DiscordServer) -> None:
    message = Message("Today", fields=tuple((f"file {n}", "there") for n in range(40)))

    DiscordWebhook(discord.url).send(message)
    assert len(discord.calls[0].fields) == 25


def test_fields_without_a_value_are_left_out() -> None:
    assert embed(Message("a", fields=(("Scene", ""), ("Shot", " \x00 "), ("", "x")))) == {
        "title": "a",
        "color": 0x4A7BD0,
    }


def test_a_decomposed_name_is_composed() -> None:
    assert fit("re\u0301union.mov", 100) == "r\u00e9union.mov"


@pytest.mark.parametrize("name", ["broken\udcff.mov", "line\x1b[31m\x00.mov", "\u202evom.pdf"])
def test_a_name_that_is_hardly_text_can_be_sent(discord: DiscordServer, name: str) -> None:
    assert DiscordWebhook(discord.url).send(Message(name, fields=(("File", name),))) == Sent("9001")


def test_a_cut_does_not_split_an_escape() -> None:
    assert fit("ab__", 4) == "ab…"
    assert fit("ab_", 4) == r"ab\_"
    assert fit("🎬🎬🎬", 4) == "🎬…"
    assert fit("anything", 0) == ""


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///x", "https://x/" + "a" * 2100])
def test_a_link_that_discord_would_not_take_is_left_out(url: str) -> None:
    assert "url" not in embed(Message("a", url=url))


@given(
    st.builds(
        Message,
        title=st.text(min_size=1, max_size=400),
        text=st.text(max_size=5000),
        fields=st.lists(st.tuples(st.text(max_size=300), st.text(max_size=1200)), max_size=30).map(
            tuple
        ),
        footer=st.text(max_size=2500),
    )
)
def test_whatever_stands_in_a_message_discord_takes_it(message: Message) -> None:
    card = embed(message)

    assert faults({"embeds": [card]}) == {}
    json.dumps(card, ensure_ascii=False).encode("utf-8")


def test_lengths_are_counted_as_the_stricter_of_both_counts() -> None:
    assert units("é🎬") == 3


def test_a_link_stands_whole_or_not_at_all() -> None:
    whole = ("Review link", "https://f.io/a_b-c")
    broken = [
        ("Review link", ""),
        ("Odd", "https://f.io/a b"),
        ("Long", "https://f.io/" + "x" * 1024),
    ]
    card = embed(Message("SH010", links=(whole, *broken)))
    assert card["fields"] == [
        {"name": "Review link", "value": "https://f.io/a_b-c", "inline": False}
    ]
