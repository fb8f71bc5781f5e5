"""What an artist reads when a name does not fit."""

import pytest

from pipeline.naming import NamingError, Rule, TemplateError

DEFAULT = "{project}_{scene}_{shot}_{task}_v{version}.{ext}"
OPTIONAL_SCENE = "{project}<_{scene}>_{shot}_{task:anim|comp|light}_v{version}.{ext}"
STRICT = "{project:A}_{scene:5d}_{task:anim|comp|light}_v{version:3-4d}<_{suffix:A}>.{ext:mov|mp4}"


@pytest.mark.parametrize(
    ("template", "name", "fault"),
    [
        (
            "{shot}_{task}_v{version}.{ext}",
            "sh010_comp.mov",
            (
                'no version where v### was expected after task "comp", found ".mov";'
                " expected sh010_comp_v###.mov"
            ),
        ),
        (
            DEFAULT,
            "UNDLM_010_sh010_comp_w02.mov",
            (
                'no version where v### was expected after task "comp", found "_w02.mov";'
                " expected UNDLM_010_sh010_comp_v###.mov"
            ),
        ),
        (
            DEFAULT,
            "UNDLM_010_sh010_comp_v4-5.mov",
            (
                '"v4-5" after task "comp" does not fit as version: it needs "v" and then digits;'
                " expected UNDLM_010_sh010_comp_v###.mov"
            ),
        ),
        (
            DEFAULT,
            "UNDLM_00412_anim_v003.mov",
            (
                'a part before "v003" is missing, it stands where the task should be;'
                " expected [project]_[scene]_[shot]_[task]_v###.mov"
            ),
        ),
        (
            DEFAULT,
            "ABC_101_029_0005_comp_v003.mov",
            (
                'there is a part too many before "v003";'
                " expected [project]_[scene]_[shot]_[task]_v###.mov"
            ),
        ),
        (
            DEFAULT,
            "UNDLM_010_sh+010_comp_v003.mov",
            (
                '"sh+010" after scene "010" does not fit as shot: it needs letters, digits and'
                " hyphens; expected UNDLM_010_[shot]_[task]_v###.mov"
            ),
        ),
        (
            DEFAULT,
            "UNDLM__sh010_comp_v003.mov",
            (
                'no scene after project "UNDLM", found "_sh010_comp_v003.mov";'
                " expected UNDLM_[scene]_[shot]_[task]_v###.mov"
            ),
        ),
        (
            DEFAULT,
            "UNDLM_010_sh010_comp_v003_hi.mov",
            '"_hi" after version "003" is too much; expected UNDLM_010_sh010_comp_v003.mov',
        ),
        (
            DEFAULT,
            "UNDLM_010_sh010_comp_v003.1001.exr",
            (
                'nothing more was expected after ext "1001", but there is ".exr";'
                " expected UNDLM_010_sh010_comp_v003.exr"
            ),
        ),
        (
            DEFAULT,
            "UNDLM_010_sh010_comp_v003",
            (
                'no ext after version "003", found the end of the name;'
                " expected UNDLM_010_sh010_comp_v003.[ext]"
            ),
        ),
        (
            DEFAULT,
            "_010.mov",
            (
                'no project at its start, found "_010.mov";'
                " expected [project]_[scene]_[shot]_[task]_v###.mov"
            ),
        ),
        (
            STRICT,
            "UNDLM_00412_amin_v003.mov",
            (
                '"amin" after scene "00412" does not fit as task: it needs one of anim, comp,'
                ' light - did you mean "anim"? Expected UNDLM_00412_anim_v003.mov'
            ),
        ),
        (
            STRICT,
            "UNDLM_00412_roto_v003.mov",
            (
                '"roto" after scene "00412" does not fit as task: it needs one of anim, comp,'
                " light; expected UNDLM_00412_[task]_v003.mov"
            ),
        ),
        (
            STRICT,
            "UNDLM_004125_anim_v003.mov",
            (
                '"004125" after project "UNDLM" does not fit as scene: it needs exactly 5 digits;'
                " expected UNDLM_#####_anim_v003.mov"
            ),
        ),
        (
            STRICT,
            "UNDLM_00412_anim_v3.mov",
            (
                '"v3" after task "anim" does not fit as version: it needs "v" and then 3 to 4'
                " digits; expected UNDLM_00412_anim_v###.mov"
            ),
        ),
        (
            STRICT,
            "UNDLM_00412_anim_v003_hi.mov",
            (
                '"hi" after version "003" does not fit as suffix: it needs capital letters;'
                " expected UNDLM_00412_anim_v003_[suffix].mov"
            ),
        ),
        (
            STRICT,
            "UNDLM_00412_anim_v003.avi",
            (
                '"avi" after version "003" does not fit as ext: it needs one of mov, mp4;'
                " expected UNDLM_00412_anim_v003.[ext]"
            ),
        ),
        (
            OPTIONAL_SCENE,
            "UNDLM_00412_amin_v005.mov",
            (
                '"amin" after shot "00412" does not fit as task: it needs one of anim, comp,'
                ' light - did you mean "anim"? Expected UNDLM_00412_anim_v005.mov'
            ),
        ),
        (
            OPTIONAL_SCENE,
            "UNDLM_010_00412_roto_v005.mov",
            (
                '"roto" after shot "00412" does not fit as task: it needs one of anim, comp, light;'
                " expected UNDLM_010_00412_[task]_v005.mov"
            ),
        ),
        (
            OPTIONAL_SCENE,
            "UNDLM_00412_anim_v005_hi.mov",
            ('"_hi" after version "005" is too much; expected UNDLM_00412_anim_v005.mov'),
        ),
        (
            "{shot}_{name:*}_v{version}.mov",
            "sh010_comp_final.mov",
            (
                'no version where v### was expected after shot "sh010", found "comp_final.mov";'
                " expected sh010_[name]_v###.mov"
            ),
        ),
        (
            "{shot}_v{version}.mov",
            "sh010_v012.mxf",
            'no ".mov" after version "012", found ".mxf"; expected sh010_v012.mov',
        ),
        (
            "{shot:/sh\\d{3}/}_v{version}.mov",
            "sh10_v003.mov",
            (
                '"sh10" at its start does not fit as shot: it needs what fits sh\\d{3}; expected'
                " [shot]_v003.mov"
            ),
        ),
    ],
)
def test_it_names_the_token_the_text_and_the_shape(template: str, name: str, fault: str) -> None:
    with pytest.raises(NamingError) as refused:
        Rule(template).parse(name)

    assert str(refused.value) == f"{name}: {fault}"


def test_a_long_name_gives_a_short_message() -> None:
    with pytest.raises(NamingError) as refused:
        Rule(DEFAULT).parse("x" * 1000)

    assert len(str(refused.value)) < 600


def test_a_missing_field_is_named_when_writing() -> None:
    with pytest.raises(NamingError, match="There is no shot, and a name such as UNDLM_010_sh010"):
        Rule(DEFAULT).format({"project": "UNDLM", "scene": "010", "task": "comp"})


@pytest.mark.parametrize(
    ("scene", "told"),
    [
        ("0_1", 'there is a part too many before "v003"'),
        ("0+1", '"0\\+1" after project "UNDLM" does not fit as scene'),
        ("0/1", 'the name holds a "/"'),
        ("", "There is no scene"),
    ],
)
def test_a_field_that_would_spoil_the_name_is_refused_when_writing(scene: str, told: str) -> None:
    fields = {"project": "UNDLM", "shot": "sh010", "task": "comp", "version": "003", "ext": "mov"}

    with pytest.raises(NamingError, match=told):
        Rule(DEFAULT).format(fields | {"scene": scene})


def test_a_field_that_would_read_as_another_is_refused_when_writing() -> None:
    rule = Rule("{shot}_{name:*}_{artist}.mov")

    with pytest.raises(NamingError, match='shot would read as "a" here, not as "a_b"'):
        rule.format({"shot": "a_b", "name": "c", "artist": "d"})


def test_half_of_an_optional_part_is_refused_when_writing() -> None:
    rule = Rule("{shot}<_{name}-{take:d}>.mov")

    with pytest.raises(NamingError, match='name would read as "" here, not as "hi"'):
        rule.format({"shot": "sh010", "name": "hi"})


def test_fields_of_no_token_are_left_alone_when_writing() -> None:
    assert Rule("{shot}.mov").format({"shot": "sh010", "artist": "Steve"}) == "sh010.mov"


def test_a_template_of_which_nothing_need_be_left_is_refused() -> None:
    with pytest.raises(TemplateError, match="All of this template may be left out"):
        Rule("<_{shot}>")
