"""The pictures of the guide: the real pages of a studio at work, seen by a producer's browser."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

from playwright.sync_api import FilePayload, Locator, Page, ViewportSize, expect

from pipeline.demo.clips import clips
from tests.desk.studio import Studio
from tests.sandbox.running import Entry

SIZE = ViewportSize(width=1180, height=960)
MOST_BYTES = 150_000
MOUNT = "/Volumes/undertow/renders"  # instead of the test's own
ARRIVE = [f"UNDLM_{shot:05d}_comp_v002.mov" for shot in (301, 302, 304, 307)]
REVIEWED = clips()[1].name
HELD = [
    "UNDLM_00413_amin_v001.mov",
    "UNDLM_00414_amin_v001.mov",
    "UNDLM_415_comp_v001.mov",
    "NEW_00416_comp_v001.mov",
    "beach_final_2.mov",
]
REFUSED = "UNDLM_00309_light_v001.mov"
ON_THEIR_WAY = ["UNDLM_00310_anim_v001.mov", "UNDLM_00311_anim_v001.mov"]
CHANGED_TEMPLATE = "{project}_{shot:3-5d}_{task:anim|comp}_v{version:3d}.{ext}"
SLOW: Entry = {"match": {"method": "PUT"}, "action": {"delay": 4}}
REFUSES: Entry = {
    "match": {"method": "POST", "path": "/local_upload$"},
    "action": {
        "status": 403,
        "body": {"errors": [{"detail": "You may not upload to the folder light."}]},
    },
}

# The panels of a page that a picture shows, from the first to the last.
Look: TypeAlias = Callable[[Page], tuple[Locator, ...]]

SWAP = """
([from, to]) => {
  for (const broken of document.querySelectorAll(":has(> wbr)")) {
    if (broken.textContent.includes(from)) {
      broken.textContent = broken.textContent.replaceAll(from, to);
    }
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.nodeValue = texts.currentNode.nodeValue.replaceAll(from, to);
  }
  for (const input of document.querySelectorAll("input")) {
    input.value = input.value.replaceAll(from, to);
  }
}
"""


class Photographer:
    """With each page that it is shown, it writes a picture into `folder`."""

    def __init__(self, page: Page, studio: Studio, folder: Path) -> None:
        self.page = page
        self._studio = studio
        self._folder = folder

    def take(self, name: str) -> None:
        """Of what PICTURES says, as far down as the window reaches."""
        shown = PICTURES[name](self.page)
        shown[0].wait_for()
        shown[0].evaluate("element => element.scrollIntoView()")
        self.page.evaluate(SWAP, [str(self._studio.mount), MOUNT])
        assert str(self._studio.mount) not in self.page.locator("body").inner_text()
        boxes = [box for each in shown if (box := each.bounding_box())]
        left, top = boxes[0]["x"], max(boxes[0]["y"], 0)
        bottom = min(boxes[-1]["y"] + boxes[-1]["height"], SIZE["height"])
        self._folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(
            path=self._folder / f"{name}.png",
            clip={"x": left, "y": top, "width": boxes[0]["width"], "height": bottom - top},
            animations="disabled",
        )


def _content(address: str) -> Look:
    def look(page: Page) -> tuple[Locator, ...]:
        page.goto(address)
        return (page.locator("#content"),)

    return look


def _first_run(page: Page) -> tuple[Locator, ...]:
    page.goto("/")
    return (page.locator("#first-run"),)


def _dashboard(page: Page) -> tuple[Locator, ...]:
    """Without what is wrong with the SQLite of this machine."""
    page.goto("/")
    page.locator("#for-admins").evaluate_all("panels => panels.forEach(panel => panel.remove())")
    return (page.locator("#content"),)


def _needs(page: Page) -> tuple[Locator, ...]:
    page.goto("/")
    return (page.locator("#needs"),)


def _rule(page: Page) -> tuple[Locator, ...]:
    _open_the_only_row(page, "/admin/pipeline/namingrule/")
    page.locator("#try-names").fill(f"{REVIEWED}\n{HELD[0]}")
    expect(page.locator("#try-answer tr, #try-answer li")).not_to_have_count(0)
    return page.locator("#try"), page.locator("#token-help")


def _back_test(page: Page) -> tuple[Locator, ...]:
    _open_the_only_row(page, "/admin/pipeline/namingrule/")
    page.locator("#id_template").fill(CHANGED_TEMPLATE)
    page.locator("#back-test-run").click()
    expect(page.locator("#back-test-answer")).to_contain_text(HELD[2])
    return (page.locator("#back-test"),)


def _upload(page: Page) -> tuple[Locator, ...]:
    _open_the_only_row(page, f"/admin/pipeline/uploadjob/?q={REVIEWED}")
    expect(page.locator("#job-comments .comment")).to_have_count(2)
    return (page.locator("#content"),)


def _review_link(page: Page) -> tuple[Locator, ...]:
    _open_the_only_row(page, f"/admin/pipeline/uploadjob/?q={REVIEWED}")
    page.locator("#job-buttons a[href*='review-link']").click()
    return (page.locator("#content"),)


def _channel(page: Page) -> tuple[Locator, ...]:
    page.goto("/admin/pipeline/channel/")
    page.get_by_role("link", name="Dailies").click()
    return page.locator("fieldset").nth(1), page.locator("fieldset").nth(2)


def _day(page: Page) -> tuple[Locator, ...]:
    _open_the_only_row(page, "/admin/pipeline/project/")
    page.locator(".object-buttons a[href*='summary']").click()
    return (page.locator("#content"),)


def _open_the_only_row(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#result_list tbody th a").click()


PICTURES: dict[str, Look] = {
    "first-run": _first_run,
    "dashboard": _dashboard,
    "needs": _needs,
    "rule": _rule,
    "back-test": _back_test,
    "held-names": _content("/admin/pipeline/uploadjob/held/"),
    "upload": _upload,
    "review-link": _review_link,
    "channel": _channel,
    "day": _day,
}


def make(page: Page, studio: Studio, folder: Path) -> None:
    """All of them, while a day in the studio goes by."""
    photographer = Photographer(page, studio, folder)
    photographer.take("first-run")
    _files_arrive(page, studio)
    studio.sandbox.faults([REFUSES])
    _need_a_person(page, studio, [REFUSED, HELD[0]])
    studio.sandbox.faults([SLOW])
    for name in ON_THEIR_WAY:
        studio.drop(name, megabytes=3)
    expect(page.locator("#running progress")).to_have_count(len(ON_THEIR_WAY))
    expect(page.locator("#running progress").first).not_to_have_attribute("value", "0")
    photographer.take("dashboard")
    studio.sandbox.faults([])
    _need_a_person(page, studio, [REFUSED, *HELD])
    photographer.take("needs")
    _expect_shots(page)
    for name in ["rule", "back-test", "held-names", "channel", "review-link", "upload", "day"]:
        photographer.take(name)


def _files_arrive(page: Page, studio: Studio) -> None:
    """The first of them is talked about."""
    studio.sandbox.faults([SLOW])
    studio.put(clips()[1].path)
    expect(page.locator("#running")).to_contain_text(REVIEWED)
    _talk(studio)
    studio.sandbox.faults([])
    for name in ARRIVE:
        studio.drop(name)
    expect(page.locator("#arrived .file-name")).to_have_count(len(ARRIVE) + 1)


def _need_a_person(page: Page, studio: Studio, names: list[str]) -> None:
    page.goto("/")
    for name in names:
        if not (studio.mount / name).exists():
            studio.drop(name)
    expect(page.locator("#needs .file-name")).to_have_count(len(names))


def _talk(studio: Studio) -> None:
    """While the file goes up: they are read when it has arrived."""
    (file,) = studio.sandbox.tree()
    first = studio.sandbox.say(str(file["id"]), "The left hand pops here.", timestamp=12)
    studio.sandbox.say(str(file["id"]), "Fixed in the next version.", reply_to=str(first["id"]))
    studio.sandbox.say(str(file["id"]), "Lovely. Hold the look two frames longer?", timestamp=40)


def _expect_shots(page: Page) -> None:
    today = date.today()  # noqa: DTZ011  as the producer sees it
    late, soon = today - timedelta(days=2), today + timedelta(days=3)
    listed = f"shot,task,due\n00305,comp,{late}\n00306,comp,{late}\n00320,comp,{soon}\n"
    page.goto("/admin/pipeline/shot/import/")
    file = FilePayload(name="shots.csv", mimeType="text/csv", buffer=listed.encode())
    page.locator("input[type=file]").set_input_files(file)
    page.locator("select").select_option(index=1)
    page.locator("#content button[type=submit]").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
