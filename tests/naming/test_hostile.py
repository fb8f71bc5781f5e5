"""Names and rules made to hurt: a sentence comes back, and it comes back soon.

Each of these would run for longer than a life without a bound, so that they end is the test.
"""

import pytest

from pipeline.naming import NamingError, Rule

DEFAULT = Rule("{project}_{scene}_{shot}_{task}_v{version}.{ext}")
FREE = "_".join(f"{{t{number}:*}}" for number in range(12))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "There is no name to read."),
        ("x" * 1025, "the name has 1025 characters, more than 1024. Shorten it."),
        ("sh\x00.mov", "sh\\u0000.mov: the name holds a control character (\\u0000)"),
        ("sh\n.mov", "sh\\u000a.mov: the name holds a control character (\\u000a)"),
        ("sh\x85.mov", "sh\\u0085.mov: the name holds a control character (\\u0085)"),
        ("sh\u2028.mov", "sh\\u2028.mov: the name holds a control character (\\u2028)"),
        ("sh\u202evom.exe", "sh\\u202evom.exe: the name holds a mark that turns the direction"),
        ("sh\u2066.mov", "sh\\u2066.mov: the name holds a mark that turns the direction"),
        ("a/b.mov", 'a/b.mov: the name holds a "/" or "\\"'),
        ("a\\b.mov", 'a\\b.mov: the name holds a "/" or "\\"'),
        ("caf\udce9.mov", "caf\\xe9.mov: the name holds bytes that are not UTF-8 text"),
        ("\ud800.mov", "\\ud800.mov: the name holds bytes that are not UTF-8 text"),
        ("sh\u200b010_x.mov", '"sh\\u200b010" at its start does not fit as project'),
    ],
)
def test_what_is_no_name_is_refused_and_printed_safely(name: str, told: str) -> None:
    with pytest.raises(NamingError) as refused:
        DEFAULT.parse(name)

    message = str(refused.value)
    assert told in message
    assert message.isprintable()


def test_the_longest_name_is_still_read() -> None:
    name = f"{'x' * 1018}_a.mov"

    assert len(name) == 1024
    assert Rule("{shot}_{task}.{ext}").parse(name).fields["task"] == "a"


@pytest.mark.parametrize(
    ("template", "expert", "name"),
    [
        (FREE + "!", False, "_" * 1000),
        (FREE + "_v{version}.{ext}", False, "_" * 1000 + "_v1.mov."),
        (FREE.replace("_", "") + "!", False, "x" * 1000 + "!?"),
        (FREE.replace("{t5:*}", "{t5:5d}"), False, "a_" * 500),
        ("{a:/(?:(?:x{1,9}){1,9}){1,9}/}!", False, "x" * 1000 + ".!"),
        (r"(?P<a>(?:(?:x{1,9}){1,9}){1,9})!", True, "x" * 1000 + ".!"),
        (r"(?P<a>(?:.*?,){30})P.*", True, "1,2,3,4,5,6,7,8,9," * 50 + "p"),
        (r"(?P<a>(?:a|b|ab)*)c.d", True, "ab" * 300 + "xc.d"),
        (r"(?P<a>(?&a)?)", True, "x" * 1000),
        (r"(?P<a>(?R)?x)", True, "x" * 1000),
    ],
)
def test_a_slow_rule_is_stopped_and_named(template: str, *, expert: bool, name: str) -> None:
    with pytest.raises(NamingError) as refused:
        Rule(template, expert=expert).parse(name)

    assert "the rule takes too long on this name" in str(refused.value)
    assert template in str(refused.value)


@pytest.mark.parametrize(
    ("template", "expert", "name"),
    [
        (r"(?P<a>(x+x+)+y?)!", True, "x" * 1000 + ".!"),
        (r"(?P<a>(x|xx|x?x)+)[.]y", True, "x" * 1000 + "!y"),
        (r"(?P<a>(\w+\s?)+)\.mov", True, "x " * 300 + "!.mov"),
        (r"(?P<a>(.*)*)!", True, "x" * 1000),
        ("_".join(f"{{t{number}}}" for number in range(100)), False, "x_" * 500),
        ("{a}" + "".join(f"<_{{t{number}}}>" for number in range(90)) + "!", False, "x_" * 500),
        ("{a:/(?:x+x+)+y?/}!", False, "x" * 1000 + ".!"),
    ],
)
def test_a_crafty_rule_comes_to_an_end(template: str, *, expert: bool, name: str) -> None:
    with pytest.raises(NamingError):
        Rule(template, expert=expert).parse(name)
