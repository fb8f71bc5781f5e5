"""A page as different people have it before them: by day and by night, on a desk and in a hand.

axe-core examines it: with all its rules at first, in the other looks with those that depend on
them. With POSTFLOW_SCREENSHOTS in the environment, each look is kept as a picture in that folder.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.long_form import of_which

PICTURES = os.environ.get("POSTFLOW_SCREENSHOTS", "")
HARMFUL = {"moderate", "serious", "critical"}
EVERY_RULE: list[str] = []
# What Swagger UI is made of, in which nothing can be put right from outside.
OF_SWAGGER = {"heading-order", "nested-interactive"}


@dataclass(frozen=True)
class Look:
    theme: Literal["light", "dark"]
    width: int
    rules: list[str]


BY_LOOK = ["color-contrast", "target-size", "scrollable-region-focusable"]
LOOKS = of_which(
    [Look("light", 1440, EVERY_RULE), Look("dark", 390, BY_LOOK)],
    [Look("dark", 1440, BY_LOOK), Look("light", 390, BY_LOOK)],
)


class Violation(TypedDict):
    rule: str
    impact: str
    elements: list[str]


EXAMINE = """async (rules) => {
    const options = {
        resultTypes: ["violations"],
        rules: { "target-size": { enabled: true } },
        preload: false, // it puts styles into the page, which the policy forbids
    };
    if (rules.length) options.runOnly = { type: "rule", values: rules };
    const found = await axe.run(document, options);
    return found.violations.map(({ id, impact, nodes }) => ({
        rule: id, impact, elements: nodes.map(({ target, html }) => `${target}  ${html}`),
    }));
}"""


def obstacles(page: Page, who: str) -> Iterator[str]:
    """What hinders somebody on the page that is shown. Pictures are kept by `who` sees them."""
    page.evaluate(AXE_SCRIPT)
    for look in LOOKS:
        page.emulate_media(color_scheme=look.theme, reduced_motion="reduce")
        page.set_viewport_size({"width": look.width, "height": 1000})
        if PICTURES:
            # The caret stays: hiding it is a style that the page's policy forbids.
            path = _picture(page.url, look, who)
            page.screenshot(path=path, full_page=True, caret="initial")
        found: list[Violation] = page.evaluate(EXAMINE, look.rules)
        for one in found:
            if one["impact"] in HARMFUL and not _is_swagger(one):
                place = f"{page.url} ({look.theme}, {look.width})"
                yield "\n    ".join([f"{place}: {one['impact']}, {one['rule']}", *one["elements"]])


def _is_swagger(violation: Violation) -> bool:
    return violation["rule"] in OF_SWAGGER and all(
        "opblock" in one for one in violation["elements"]
    )


def _picture(url: str, look: Look, who: str) -> Path:
    """Rows have other numbers each time; their pictures have none."""
    words = re.findall(r"[a-z_]+", url.split("/", 3)[3].removeprefix("admin/").lower())
    name = "-".join(words) or "overview"
    return Path(PICTURES) / who / f"{name}-{look.theme}-{look.width}.png"
