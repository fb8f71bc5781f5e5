"""For any fields and any name: what is read can be written again, and the other way round."""

import unicodedata
from collections.abc import Callable
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.naming import NamingError, Parsed, Rule, TemplateError

T = TypeVar("T")

# One processor serves many tests, so no deadline; and no file is left behind.
steady = settings(deadline=None, database=None, max_examples=150)

TYPED = Rule(
    "{project:2-6A}_{scene:5d}_{shot:/sh\\d{3,4}/}_{task:anim|comp_hi|comp}_v{version}"
    "<_{suffix:2-9a}><.{frame}>.{ext}",
    "{project}/{scene}/<{suffix}>",
)
FREE = Rule("{shot}_{name:*}_v{version:3d}.{ext:mov|mp4}", "{shot}/{name}")
PLAIN = Rule("{project}_{scene}_{shot}<_{take:3d}>_v{version}.mov")
RULES = st.sampled_from([TYPED, FREE, PLAIN])

TYPED_FIELDS = st.fixed_dictionaries(
    {
        "project": st.from_regex("[A-ZÉÅ]{2,6}", fullmatch=True),
        "scene": st.from_regex("[0-9]{5}", fullmatch=True),
        "shot": st.from_regex("sh[0-9]{3,4}", fullmatch=True),
        "task": st.sampled_from(["anim", "comp", "comp_hi"]),
        "version": st.from_regex("[0-9]{1,9}", fullmatch=True),
        "ext": st.from_regex("[a-zA-Z0-9]{1,5}", fullmatch=True),
    },
    optional={
        "suffix": st.from_regex("[a-zé]{2,9}", fullmatch=True),
        "frame": st.from_regex("-?[0-9]{1,9}", fullmatch=True),
        "version_prefix": st.just("V"),
    },
)
# What turns up in names, and around them.
NAMES = st.text(st.sampled_from("aAvV019_-. +%#ée\u0301\u200b/\\\x00\u202e\udce9"), max_size=60)
NEAR_NAMES = st.lists(
    st.sampled_from(
        [
            "UNDLM",
            "00412",
            "sh010",
            "comp_hi",
            "anim",
            "v003",
            "V12",
            "v",
            "_",
            "_",
            ".",
            ".",
            "mov",
            "MOV",
            "mp4",
            "é",
            "001",
        ]
    ),
    max_size=16,
).map("".join)
TEMPLATES = st.lists(
    st.sampled_from(
        [
            "{shot}",
            "{task:anim|comp}",
            "{version}",
            "{x:3d}",
            "{y:*}",
            "{z:/a+?/}",
            "{e:/[/}",
            "{shot:5x}",
            "{n:w}",
            "<_",
            "<",
            ">",
            "_",
            ".",
            "v",
            "{",
            "}",
            "{{",
            "}}",
            "{ext}",
            ".mov",
            "*",
            "/",
            "é",
            "\x00",
            "(",
        ]
    ),
    max_size=12,
).map("".join)


@steady
@given(TYPED_FIELDS)
def test_fields_written_into_a_name_are_read_from_it(fields: dict[str, str]) -> None:
    name = TYPED.format(fields)
    parsed = TYPED.parse(name)

    assert parsed.fields == fields
    assert parsed.version == int(fields["version"])
    assert parsed.folders == TYPED.folders(fields)


@steady
@given(TYPED_FIELDS)
def test_a_decomposed_name_reads_as_a_composed_one(fields: dict[str, str]) -> None:
    name = TYPED.format(fields)

    assert TYPED.parse(unicodedata.normalize("NFD", name)) == TYPED.parse(name)


def outcome(act: Callable[[], T]) -> T | str:
    try:
        return act()
    except (NamingError, TemplateError) as refused:
        return str(refused)


def assert_is_a_sentence(text: object) -> None:
    assert isinstance(text, str)
    assert text.isprintable()
    assert 10 < len(text) < 1000


@steady
@given(RULES, NAMES | NEAR_NAMES)
def test_any_name_is_read_and_written_again_or_refused_in_a_sentence(rule: Rule, name: str) -> None:
    match outcome(lambda: rule.parse(name)):
        case Parsed(fields):
            assert rule.format(fields) == unicodedata.normalize("NFC", name)
        case refused:
            assert_is_a_sentence(refused)


@steady
@given(TEMPLATES)
def test_any_template_is_compiled_or_refused_in_a_sentence(template: str) -> None:
    match outcome(lambda: Rule(template)):
        case Rule() as rule:
            assert rule.format(rule.parse(rule.example).fields) == rule.example
        case refused:
            assert_is_a_sentence(refused)


@steady
@given(TEMPLATES)
def test_any_folder_template_is_compiled_or_refused_in_a_sentence(template: str) -> None:
    match outcome(lambda: Rule("{shot}_v{version}.{ext}", template)):
        case Rule() as rule:
            assert all(0 < len(folder) <= 255 for folder in rule.parse("sh010_v003.mov").folders)
        case refused:
            assert_is_a_sentence(refused)


@steady
@given(st.text(st.sampled_from("(?P<a>x)|[]{}1,9*+\\dw^$#&!:="), max_size=40))
def test_any_expression_is_compiled_or_refused_in_a_sentence(expression: str) -> None:
    match outcome(lambda: Rule(f"(?P<shot>a){expression}", expert=True)):
        case Rule() as rule:
            assert "shot" in rule.tokens
        case refused:
            assert_is_a_sentence(refused)
