"""What a producer reads when a template is wrong."""

import pytest

from pipeline.naming import NamingError, Rule, TemplateError


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("", '"" has no token'),
        ("final.mov", '"final.mov" has no token'),
        ("{shot", 'There is a lone "{" at character 1 of "{shot"'),
        ("sh}ot_{task}", 'There is a lone "}" at character 3'),
        ("{}", '"" cannot be the name of a token at character 1'),
        ("{Shot}", '"Shot" cannot be the name of a token'),
        ("{project[code]}", '"project[code]" cannot be the name of a token'),
        ("{version_prefix}", '"version_prefix" cannot be the name of a token'),
        ("{shot}<_{task}", 'There is a "<" without its ">" at character 7'),
        ("{shot}>", 'There is a ">" without its "<" at character 7'),
        ("{shot}<_{task}<_{x}>>", "do not nest: a second one opens at character 15"),
        ("{shot}<_final>", "There is no token in the optional part"),
        ("{shot}<_{shot}>", "needs a token that stands nowhere before it; {shot} does"),
        ("<{shot}_>{shot}", "{shot} stands in an optional part <…> and then again"),
        ("{shot:5d}_{shot:d}", "{shot} has two different kinds"),
        ("{shot}<_{take:5d}_{take:d}>", "{take} has two different kinds"),
        ("{shot:5x}", '{shot:5x}: "5x" is no kind of token. Write {shot}, {shot:d} (digits)'),
        ("{project:upper}", '"upper" is no kind of token'),
        ("{task:anim||comp}", "one of the choices between the | is empty"),
        ("{shot:0d}", "a width goes from 1 to 255"),
        ("{shot:5-3d}", "a width goes from 1 to 255"),
        ("{shot:9999d}", "a width goes from 1 to 255"),
        ("{shot:/}", "an expression stands between two slashes"),
        ("{shot:/sh}", "an expression stands between two slashes"),
        ("{shot:/[/}", "{shot:/[/} is not a regular expression: "),
        ("{shot:/a)(?:b/}", "is not a regular expression"),
        ("{shot:/(sh)?1/}", "write (?:…) for (…)"),
        ("{shot:/(?P<x>sh)/}", "write (?:…) for (…)"),
        ("{shot:/(?i)sh/}", "write (?i:…) for (?i)"),
        ("{shot:/x*/}", "it fits nothing at all"),
        ("{scene}/{shot}", 'holds a "/" or "\\"'),
        ("{scene}\\{shot}", 'holds a "/" or "\\"'),
        ("{shot}\n", "holds a control character (\\u000a)"),
        ("{shot}\u202e", "holds a mark that turns the direction of writing"),
        ("{shot}" + "x" * 1000, "has 1006 characters, more than 1000"),
        ("{scene}{shot}", "Nothing says where one token ends and the next begins"),
        ("{a}{b}", "Nothing says where one token ends and the next begins"),
        ("{a:d}{b:d}", "Nothing says where one token ends and the next begins"),
    ],
)
def test_a_wrong_template_is_refused_with_the_place(template: str, fault: str) -> None:
    with pytest.raises(TemplateError) as refused:
        Rule(template)

    assert fault in str(refused.value)
    assert refused.value.where == "template"


@pytest.mark.parametrize(
    ("template", "example"),
    [
        (
            "{project}_{scene}_{shot}_{task}_v{version}.{ext}",
            "UNDLM_010_sh010_comp_v003.mov",
        ),
        ("{project:A}_{scene:5d}_v{version:4d}<_{suffix}>.mov", "UNDLM_00010_v0010.mov"),
        ("{shot:3-5d}_{task:anim|light}_{name:*}.{frame}", "0010_anim_name.1001"),
        ("{shot:/sh\\d{3}/}_{artist}_{x:1a}{y:2W}", "sh010_artist_X10"),
        ("{shot:40w}{{x}}", "0" * 38 + "10{x}"),
    ],
)
def test_the_example_of_a_rule_fits_it(template: str, example: str) -> None:
    rule = Rule(template)

    assert rule.example == example
    assert rule.format(rule.parse(example).fields) == example


def test_an_expression_without_a_known_example_shows_a_blank() -> None:
    assert Rule("{shot:/q{7}/}.{ext}").example == "[shot].mov"


def test_the_tokens_come_in_order_and_once() -> None:
    assert Rule("{b}_{a}<_{c}>_{b}.{ext}").tokens == ("b", "a", "c", "ext")


def test_double_braces_stand_for_braces() -> None:
    assert Rule("{{{shot}}}_{{x}}").parse("{sh010}_{x}").fields == {"shot": "sh010"}


@pytest.mark.parametrize(
    ("spec", "fits", "fails"),
    [
        ("", "aÉ-09", "a b"),
        (":d", "0123", "12a"),
        (":3d", "012", "0123"),
        (":03d", "012", "01"),
        (":2-3d", "012", "0123"),
        (":a", "aéZ", "a1"),
        (":A", "AÉ", "Aa"),
        (":w", "aÉ09", "a-b"),
        (":2W", "A1", "a1"),
        (":anim | comp", "comp", "Comp"),
        (":a.b|c", "a.b", "axb"),
        (":*", "a_b.c d+(1)", ""),
        (r":/[A-C]{2}\d/", "AB1", "AD1"),
    ],
)
def test_a_token_takes_its_kind_and_no_other(spec: str, fits: str, fails: str) -> None:
    rule = Rule(f"<<{{x{spec}}}>>".replace("<<", "[").replace(">>", "]"))

    assert rule.parse(f"[{fits}]").fields == {"x": fits}
    with pytest.raises(NamingError):
        rule.parse(f"[{fails}]")


@pytest.mark.parametrize("spec", ["", ":*", ":2-9w"])
def test_an_extension_holds_no_dot(spec: str) -> None:
    with pytest.raises(NamingError):
        Rule(f"{{shot}}.{{ext{spec}}}").parse("sh010.1001.exr")
