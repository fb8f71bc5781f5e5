import pytest

from pipeline.naming import NamingError, Rule, TemplateError

SHOTS = r"(?P<shot>sh\d+)(?:_(?P<task>[a-z]+))?_v(?P<version>\d+)\.mov"


def test_named_groups_are_the_tokens() -> None:
    rule = Rule(SHOTS, "{shot}/<{task}>", expert=True)

    parsed = rule.parse("sh010_v003.mov")

    assert rule.tokens == ("shot", "task", "version")
    assert parsed.fields == {"shot": "sh010", "version": "003"}
    assert parsed.version == 3
    assert parsed.folders == ("sh010",)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("sh010_w03.mov", 'does not fit the rule from "03.mov" on, after "sh010_w"'),
        ("sh010_v03.movie", 'does not fit the rule from "ie" on, after "sh010_v03.mov"'),
        ("sh010_v03", "does not fit the rule, which expects more after it"),
        ("x_sh010_v03.mov", "the name does not fit the rule; expected (?P<shot>"),
    ],
)
def test_the_whole_name_has_to_fit(name: str, fault: str) -> None:
    with pytest.raises(NamingError) as refused:
        Rule(SHOTS, expert=True).parse(name)

    assert str(refused.value).startswith(f"{name}: ")
    assert fault in str(refused.value)


@pytest.mark.parametrize("alternative", ["sh010", "sh010|sh010_v1", "(?:sh010)?"])
def test_no_alternative_fits_a_part_of_the_name(alternative: str) -> None:
    with pytest.raises(NamingError):
        Rule(f"(?P<shot>sh)?{alternative}", expert=True).parse("sh010.mov")


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("", " has no named group"),
        ("(sh010)", "has no named group"),
        ("(?P<shot>sh", "is not a regular expression: missing )"),
        ("(?P<Shot>sh)", 'The group "Shot" has a name that no token can have'),
        ("(?P<extension>mov)", 'The group "extension" has a name that no token can have'),
        ("(?P<a>" * 300 + ")" * 300, "more than 1000"),
        ("(?P<a>" + "(" * 400 + ")" * 401, "is nested too deep"),
        ("(?P<a>(?:(?:(?:a{1000}){1000}){1000}){1000})", "repeats too much"),
        ("(?x)(?P<a>(?:(?:a{999}) {999}) {999})", "repeats too much"),
        ("(?P<a>a{1000000})", "repeats too much"),
        ("(?P<a>a{1d<})", "is not a regular expression"),
        ("(?P<a>a\n)", "holds a control character"),
    ],
)
def test_a_wrong_expression_is_refused(expression: str, fault: str) -> None:
    with pytest.raises(TemplateError) as refused:
        Rule(expression, expert=True)

    assert fault in str(refused.value)
    assert refused.value.where == "template"


@pytest.mark.parametrize("version", ["final", "1234567890", "v", "1.5"])
def test_a_version_has_to_be_a_number(version: str) -> None:
    with pytest.raises(NamingError, match=f'the version "{version}" is not a number'):
        Rule("sh_(?P<version>.*)", expert=True).parse(f"sh_{version}")


def test_a_version_may_carry_its_v() -> None:
    assert Rule("sh_(?P<version>.*)", expert=True).parse("sh_V012").version == 12


def test_a_name_cannot_be_written_from_an_expression() -> None:
    rule = Rule(SHOTS, expert=True)

    assert rule.example == ""
    with pytest.raises(TemplateError, match="cannot be made from an expert rule"):
        rule.format({"shot": "sh010", "version": "003"})


def test_its_folders_know_its_groups() -> None:
    with pytest.raises(TemplateError) as refused:
        Rule(SHOTS, "{scene}", expert=True)

    assert refused.value.where == "folder_template"
