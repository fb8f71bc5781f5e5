"""A person in front of a browser, and all that goes wrong in it while they look."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    StorageState,
    ViewportSize,
    WebError,
    expect,
)

from tests.desk.studio import PASSWORD, Studio

WIDE = ViewportSize(width=1440, height=1000)
NARROW = ViewportSize(width=390, height=844)
PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=PATIENCE)
# The status of an answer, and a regular expression that finds its address.
Refusal: TypeAlias = tuple[int, str]
LEFT = "net::ERR_ABORTED"  # what the browser says of a question whose page was left


class Complaints:
    """What is said on the console, thrown, refused by the policy, not found, or not answered."""

    def __init__(self, expected: tuple[Refusal, ...]) -> None:
        self.heard: list[str] = []
        self._expected = expected

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._thrown)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)

    def _console(self, said: ConsoleMessage) -> None:
        place = said.location["url"]
        if said.type == "error" and not self._is_expected(said.text, place):
            self.heard.append(f"console at {place}: {said.text}")

    def _thrown(self, error: WebError) -> None:
        self.heard.append(f"thrown at {error.page.url if error.page else '?'}: {error.error}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not self._is_expected(str(response.status), response.url):
            self.heard.append(f"{response.status} {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.heard.append(f"{request.failure} {request.method} {request.url}")

    def _is_expected(self, said: str, place: str) -> bool:
        return any(
            str(status) in said and re.search(address, place) for status, address in self._expected
        )


class Visits:
    """Everybody logs in by the form, once; later visits bring the cookie."""

    def __init__(self, browser: Browser, studio: Studio) -> None:
        self._browser = browser
        self._studio = studio
        self._sessions: dict[str, StorageState] = {}

    @contextmanager
    def by(
        self,
        who: str | None,
        viewport: ViewportSize = WIDE,
        *,
        language: str = "en-GB",
        refused: tuple[Refusal, ...] = (),
    ) -> Iterator[Page]:
        """`who` is logged in; nobody when it is None. Fails the test on any complaint but those
        that the road leads to, `refused`."""
        context = self._browser.new_context(
            base_url=self._studio.url,
            viewport=viewport,
            locale=language,
            storage_state=self._session(who) if who else None,
        )
        context.set_default_timeout(PATIENCE)
        complaints = Complaints(refused)
        complaints.listen(context)
        try:
            yield context.new_page()
        except Exception as error:
            for complaint in complaints.heard:
                error.add_note(complaint)
            raise
        finally:
            context.close()
        assert complaints.heard == []

    def _session(self, who: str) -> StorageState:
        if who not in self._sessions:
            with self.by(None) as page:
                page.goto("/")
                log_in(page, who)
                self._sessions[who] = page.context.storage_state()
        return self._sessions[who]


def log_in(page: Page, who: str) -> None:
    """By the form that is there."""
    page.get_by_label("Username").fill(who)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()


def loaded_at(page: Page) -> float:
    """It stays the same as long as nobody loads the page again."""
    when: float = page.evaluate("performance.timeOrigin")
    return when


def menu(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Main menu")


def see_arrive(page: Page, name: str) -> None:
    """On the overview, which keeps itself fresh."""
    expect(page.get_by_role("region", name="Arrived today")).to_contain_text(name)


def open_upload(page: Page, name: str) -> None:
    """From the overview, which names it as soon as it is there."""
    page.get_by_role("link", name=name, exact=True).first.click()
