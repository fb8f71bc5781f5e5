"""Which addresses a card may be sent to, whoever gives them."""

import pytest
from pytest_django import Settings

from notifications.addresses import NotAllowed, checked
from notifications.base import NotificationError
from notifications.discord import DiscordWebhook

INSIDE = [
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.5/hook",
    "https://[::1]/hook",
    "https://[::ffff:10.0.0.5]/hook",
    "https://localhost/hook",
    "https://0/hook",
    "https://2130706433/hook",
    "https://0x7f.1/hook",
    "https://printer.studio.lan/hook",
    "https://discord.com.evil.test/api/webhooks/1/x",
    "https://discord.com@10.0.0.5/api/webhooks/1/x",
    "https://discord.com.@10.0.0.5/x",
    "https://10.0.0.5#discord.com",
    "http://127.0.0.1:6379/",
    "http://discord.com/api/webhooks/1/x",
    "file:///etc/passwd",
    "gopher://discord.com/",
    "//discord.com/x",
    "",
]


@pytest.fixture(autouse=True)
def _as_installed(settings: Settings) -> None:
    settings.WEBHOOK_HOSTS = ["discord.com", "canary.discord.com"]
    settings.DISCORD_WEBHOOK_URL = ""


@pytest.mark.parametrize("url", INSIDE)
def test_nothing_inside_is_called_on_a_persons_word(url: str) -> None:
    with pytest.raises(NotAllowed):
        checked(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://discord.com/api/webhooks/1/x",
        "https://DISCORD.com/api/webhooks/1/x?thread_id=4",
        " https://canary.discord.com/api/webhooks/1/x ",
    ],
)
def test_discord_is_called(url: str) -> None:
    assert checked(url).host.endswith("discord.com")


def test_a_host_that_is_listed_is_called_and_this_machine_only_when_listed(
    settings: Settings,
) -> None:
    settings.WEBHOOK_HOSTS = ["relay.studio.example", "127.0.0.1"]
    assert checked("https://relay.studio.example/x").port is None
    assert checked("http://127.0.0.1:8080/x").port == 8080
    with pytest.raises(NotAllowed):
        checked("http://relay.studio.example/x")


def test_the_channel_in_the_settings_needs_no_listing_and_opens_nothing_else(
    settings: Settings,
) -> None:
    settings.DISCORD_WEBHOOK_URL = "https://relay.studio.example:8443/x/y"
    assert checked("https://relay.studio.example:8443/x/y")
    for other in ["https://relay.studio.example/x", "https://relay.studio.example:22/x"]:
        with pytest.raises(NotAllowed):
            checked(other)


def test_the_channel_in_the_settings_is_not_called_in_the_clear(settings: Settings) -> None:
    settings.DISCORD_WEBHOOK_URL = "http://relay.studio.example/x"
    with pytest.raises(NotAllowed):
        checked("http://relay.studio.example/x")


def test_the_refusal_names_the_host_and_the_setting_and_no_secret() -> None:
    with pytest.raises(NotificationError, match="may not be sent to") as caught:
        DiscordWebhook("https://relay.example/api/kEy")
    assert "to relay.example." in str(caught.value)
    assert "WEBHOOK_HOSTS" in str(caught.value)
    assert "kEy" not in str(caught.value)
