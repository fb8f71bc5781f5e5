"""The guide for producers: Markdown files of the project, turned into pages of the product."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from posixpath import basename

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt
from markdown_it.token import Token

CHAPTERS = ("start", "dashboard", "naming", "uploads", "team", "admins")
FOLDER = Path(settings.BASE_DIR) / "docs" / "guide"
ORIGINAL = "en"
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Section:
    title: str
    anchor: str


@dataclass(frozen=True)
class Chapter:
    """`body` is what stands below its title."""

    name: str
    title: str
    sections: list[Section]
    body: SafeString

    @property
    def url(self) -> str:
        return reverse("guide-chapter", args=[self.name])


def language() -> str:
    """The reader's, where there is a guide in it."""
    wanted = (get_language() or ORIGINAL).partition("-")[0]
    return wanted if (FOLDER / wanted).is_dir() else ORIGINAL


def chapters(spoken: str) -> list[Chapter]:
    return [read(name, spoken) for name in CHAPTERS]


def read(name: str, spoken: str) -> Chapter:
    text = (FOLDER / spoken / f"{name}.md").read_text("utf-8")
    tokens = _markdown.parse(text)
    _lead_into_the_product(tokens, spoken)
    sections = _anchored(tokens)
    title, body = tokens[1].content, tokens[3:]  # a chapter begins with its title
    shown = _markdown.renderer.render(body, _markdown.options, {})
    # Written by us, and rendered with raw HTML off.
    return Chapter(name, title, sections, mark_safe(shown))  # noqa: S308


def picture(name: str, spoken: str) -> Path:
    return FOLDER / spoken / "pictures" / f"{name}.png"


def _lead_into_the_product(tokens: list[Token], spoken: str) -> None:
    """In the files, links lead to other files; here, to pages. A picture leads to its full size."""
    for token in _all(tokens):
        if token.type == "image":
            name = basename(str(token.attrs["src"])).removesuffix(".png")
            token.attrs["src"] = reverse("guide-picture", args=[spoken, name])
        elif token.type == "link_open":
            file, mark, anchor = str(token.attrs["href"]).partition("#")
            if file.endswith(".md"):
                page = reverse("guide-chapter", args=[file.removesuffix(".md")])
                token.attrs["href"] = f"{page}{mark}{anchor}"
    for token in tokens:
        if token.children:
            token.children = [*chain.from_iterable(map(_linked, token.children))]


def _linked(token: Token) -> list[Token]:
    if token.type != "image":
        return [token]
    attrs = {"href": token.attrs["src"], "class": "picture"}
    return [Token("link_open", "a", 1, attrs), token, Token("link_close", "a", -1)]


def _anchored(tokens: list[Token]) -> list[Section]:
    """By number: titles differ from language to language, and so would anchors made of them."""
    sections: list[Section] = []
    for opening, title in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h2":
            sections.append(Section(title.content, f"part-{len(sections) + 1}"))
            opening.attrs["id"] = sections[-1].anchor
    return sections


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
