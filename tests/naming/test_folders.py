import pytest

from pipeline.naming import NamingError, Rule, TemplateError

NAME = "{scene}<_{shot}>_{name:*}.{ext}"


@pytest.mark.parametrize(
    ("folder_template", "folders"),
    [
        ("", ()),
        ("/", ()),
        ("{scene}", ("010",)),
        ("{scene}/{shot}/{name}", ("010", "0020", "x y")),
        ("/{scene}//{shot}/", ("010", "0020")),
        ("Shots/{scene}_{shot} / x", ("Shots", "010_0020", "x")),
        ("{scene}/<{shot}>/{ext}", ("010", "0020", "mov")),
        ("{scene}</sh{shot}>", ("010", "sh0020")),
        ("{{{scene}}}", ("{010}",)),
    ],
)
def test_fields_become_folders(folder_template: str, folders: tuple[str, ...]) -> None:
    rule = Rule("{scene:3d}<_{shot:4d}>_{name:*}.{ext}", folder_template)

    assert rule.parse("010_0020_x y.mov").folders == folders


def test_an_optional_folder_is_left_out_with_its_token() -> None:
    rule = Rule("{scene:3d}<_{shot:4d}>.{ext}", "{scene}/<{shot}>/<take_{shot}/>{ext}")

    assert rule.parse("010.mov").folders == ("010", "mov")


def test_a_folder_whose_token_is_missing_is_told() -> None:
    rule = Rule("{scene:3d}<_{shot:4d}>.{ext}", "{scene}/{shot}")

    with pytest.raises(NamingError) as refused:
        rule.parse("010.mov")

    assert str(refused.value) == (
        "010.mov: There is no shot, and the folders need one: {scene}/{shot}."
        " Give it, or put it in <…> in the rule's folder template."
    )


def test_fields_given_by_hand_make_folders_too() -> None:
    rule = Rule("{project}_{task}.{ext}", "{task}")

    assert rule.folders({"task": " Compé ", "scene": "not of this rule"}) == ("Compé",)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a/b", 'cannot name a folder: it holds a "/" or'),
        ("a\\b", 'cannot name a folder: it holds a "/" or'),
        ("..", '"\\.\\." cannot be the name of a folder'),
        (".", '"\\." cannot be the name of a folder'),
        (" .. ", '"\\.\\." cannot be the name of a folder'),
        ("a\x07", r"holds a control character \(\\u0007\)"),
        ("a\u202eb", "a mark that turns the direction of writing"),
        ("\udce9", "bytes that are not UTF-8 text"),
        ("x" * 256, "has 256 characters, more than 255"),
        ("", "There is no name"),
    ],
)
def test_a_field_that_is_no_folder_is_refused(text: str, fault: str) -> None:
    with pytest.raises(NamingError, match=fault):
        Rule("{name:*}.mov", "{name}").folders({"name": text})


@pytest.mark.parametrize("name", ["...mov", "..mov"])
def test_a_name_leads_to_no_parent_folder(name: str) -> None:
    with pytest.raises(NamingError, match="cannot be the name of a folder"):
        Rule("{name:*}.mov", "{name}").parse(name)


@pytest.mark.parametrize(
    ("folder_template", "fault"),
    [
        (
            "{sceen}",
            "{sceen} is not a token of the name, which has {scene}, {shot}, {name}",
        ),
        ("{sceen}", "Did you mean {scene}?"),
        ("{scene:3d}", "what a token takes is said in the name's template"),
        ("{scene}\\{shot}", 'folders are parted by "/"'),
        ("{scene}/../{shot}", '".." cannot be the name of a folder'),
        ("./{scene}", '"." cannot be the name of a folder'),
        ("{scene}\x00", "holds a control character"),
        ("{scene}/{shot", 'There is a lone "{" at character 9'),
        ("{scene}<x>", "There is no token in the optional part"),
        ("x" * 256, "more than 255"),
        ("x/" * 501, "more than 1000"),
    ],
)
def test_a_wrong_folder_template_is_refused(folder_template: str, fault: str) -> None:
    with pytest.raises(TemplateError) as refused:
        Rule(NAME, folder_template)

    assert fault in str(refused.value)
    assert refused.value.where == "folder_template"


def test_a_wrong_name_template_is_told_before_its_folders() -> None:
    with pytest.raises(TemplateError) as refused:
        Rule("{shot", "{nowhere}")

    assert refused.value.where == "template"
