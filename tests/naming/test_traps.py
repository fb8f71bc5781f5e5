"""Names as they come from the floor: each is read exactly right, or refused."""

import unicodedata

import pytest

from pipeline.naming import NamingError, Rule

DEFAULT = "{project}_{scene}_{shot}_{task}_v{version}.{ext}"
WITH_SUFFIX = "{project}_{scene}_{shot}_{task}_v{version}<_{suffix}>.{ext}"
FRAMES = "{shot}_{task}_v{version}.{frame}.{ext}"
ARRI = "{camera:1A}{reel:3d}C{clip:3d}_{date:8d}_{uid:4W}.{ext}"
ALEXA_35 = "{camera:1A}_{reel:4d}C{clip:3d}_{date:6d}_{time:6d}_{uid:w}.{ext}"
RED = "{camera:1A}{reel:3d}_C{clip:3d}_{date:4d}{uid:2W}_{segment:3d}.{ext}"


def test_a_usual_name_gives_fields_version_and_folders() -> None:
    rule = Rule("{project:A}_{scene:5d}_{task:anim|comp|light}_v{version}.{ext}", "{scene}/{task}")

    parsed = rule.parse("UNDLM_00412_anim_v003.mov")

    assert parsed.fields == {
        "project": "UNDLM",
        "scene": "00412",
        "task": "anim",
        "version": "003",
        "ext": "mov",
    }
    assert parsed.version == 3
    assert parsed.folders == ("00412", "anim")


@pytest.mark.parametrize(
    ("template", "name", "fields"),
    [
        pytest.param(
            "{project}_{episode:3d}_{sequence:3d}_{shot:4d}_{task}_v{version}.{ext}",
            "ABC_101_029_0005_comp_v003.mov",
            "project=ABC episode=101 sequence=029 shot=0005 task=comp version=003 ext=mov",
            id="an episode more, with a rule that knows of it",
        ),
        pytest.param(
            "{show}_{ep}_{seq}_{scene}_{shot}_{task}_{vendor}_v{version}.{ext}",
            "TST_101_OPN_010_0010_comp_acme_v001.mov",
            "show=TST ep=101 seq=OPN scene=010 shot=0010 task=comp vendor=acme version=001 ext=mov",
            id="delivery with a vendor",
        ),
        pytest.param(
            "{shot}_{task:anim|comp_hi|comp}_v{version}.{ext}",
            "sh010_comp_hi_v003.mov",
            "shot=sh010 task=comp_hi version=003 ext=mov",
            id="underscore inside a token, as a choice",
        ),
        pytest.param(
            "{shot}_{name:*}_v{version}.{ext}",
            "sh010_bg_plate_v003.mov",
            "shot=sh010 name=bg_plate version=003 ext=mov",
            id="underscore inside a free token",
        ),
        pytest.param(
            "{shot}_{name:*}_v{version}.{ext}",
            "sh010_sky+4.69C_v12.mov",
            "shot=sh010 name=sky+4.69C version=12 ext=mov",
            id="plus and dot inside a free token, two-digit version",
        ),
        pytest.param(
            "{shot}_{name:*}_v{version}.{ext}",
            "sh010_a_v1_v2.mov",
            "shot=sh010 name=a_v1 version=2 ext=mov",
            id="two versions, the last one counts",
        ),
        pytest.param(
            "{show}<_{episode:3d}>_{name:*}_v{version}.{ext}",
            "ABC_101_bg_plate_v003.mov",
            "show=ABC episode=101 name=bg_plate version=003 ext=mov",
            id="a free token leaves the optional one its part",
        ),
        pytest.param(
            WITH_SUFFIX,
            "UNDLM_010_sh010_comp_v003_steve.mov",
            "project=UNDLM scene=010 shot=sh010 task=comp version=003 suffix=steve ext=mov",
            id="suffix after the version",
        ),
        pytest.param(
            WITH_SUFFIX,
            "UNDLM_010_sh010_comp_v003.mov",
            "project=UNDLM scene=010 shot=sh010 task=comp version=003 ext=mov",
            id="optional suffix left out",
        ),
        pytest.param(
            "{shot}_{task}.v{version}.{ext}",
            "sh010_comp.v003.mov",
            "shot=sh010 task=comp version=003 ext=mov",
            id="dot before the version",
        ),
        pytest.param(
            "{shot}_{task}_v{version}.{ext}",
            "sh010_comp_v3.mov",
            "shot=sh010 task=comp version=3 ext=mov",
            id="unpadded version",
        ),
        pytest.param(
            FRAMES,
            "sh010_comp_v003.1001.exr",
            "shot=sh010 task=comp version=003 frame=1001 ext=exr",
            id="frame",
        ),
        pytest.param(
            FRAMES,
            "sh010_comp_v003.-0010.exr",
            "shot=sh010 task=comp version=003 frame=-0010 ext=exr",
            id="negative frame",
        ),
        pytest.param(
            "{asset}_{map}_v{version}.{udim:4d}.{ext}",
            "hero_diffuse_v003.1001.exr",
            "asset=hero map=diffuse version=003 udim=1001 ext=exr",
            id="a UDIM is no frame",
        ),
        pytest.param(
            "{shot}_{task}_{date:8d}.{ext}",
            "sh010_comp_20240131.mov",
            "shot=sh010 task=comp date=20240131 ext=mov",
            id="a date instead of a version",
        ),
        pytest.param(
            "{shot}_{task}_w{work:2d}.{ext}",
            "sh010_comp_w02.mov",
            "shot=sh010 task=comp work=02 ext=mov",
            id="a work version is no version",
        ),
        pytest.param(
            "{shot}<_{task:anim|comp}>_v{version}.{ext}",
            "sh010_v003.mov",
            "shot=sh010 version=003 ext=mov",
            id="no task",
        ),
        pytest.param(
            "{shot}_{task}<_v{version}>.{ext}",
            "sh010_comp.mov",
            "shot=sh010 task=comp ext=mov",
            id="no version, where the rule allows it",
        ),
        pytest.param(
            "{shot}_v{version}_{clip:/Vi[0-9A-F]+V/}.{ext}",
            "sh010_v003_Vi48896FA0V.mxf",
            "shot=sh010 version=003 clip=Vi48896FA0V ext=mxf",
            id="Avid",
        ),
        pytest.param(
            ARRI,
            "A004C010_20100610_R1JL.mov",
            "camera=A reel=004 clip=010 date=20100610 uid=R1JL ext=mov",
            id="ARRI",
        ),
        pytest.param(
            ALEXA_35,
            "A_0076C001_230511_184122_h1CTJ.mxf",
            "camera=A reel=0076 clip=001 date=230511 time=184122 uid=h1CTJ ext=mxf",
            id="ALEXA 35",
        ),
        pytest.param(
            RED,
            "A005_C010_0501J0_001.R3D",
            "camera=A reel=005 clip=010 date=0501 uid=J0 segment=001 ext=R3D",
            id="RED, whose _001 is no frame",
        ),
    ],
)
def test_it_reads_and_writes(template: str, name: str, fields: str) -> None:
    rule = Rule(template)

    parsed = rule.parse(name)

    assert parsed.fields == dict(pair.split("=") for pair in fields.split())
    assert rule.format(parsed.fields) == name


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("sh010_comp_v003.mov", 3),
        ("sh010_comp_v12.mov", 12),
        ("sh010_comp_v7.mov", 7),
        ("sh010_comp_V0100.mov", 100),
        ("sh010_comp.mov", None),
    ],
)
def test_a_version_is_a_number(name: str, version: int | None) -> None:
    assert Rule("{shot}_{task}<_v{version}>.{ext}").parse(name).version == version


@pytest.mark.parametrize(
    "name",
    [
        "ABC_101_029_0005_comp_v003.mov",
        "UNDLM_00412_anim_v003.mov",
        "UNDLM_010_sh_010_comp_v003.mov",
        "UNDLM_010_sh010_comp_v003_steve.mov",
        "UNDLM_010_sh010_comp_v003.1001.exr",
        "UNDLM_010_sh010_comp.v003.mov",
        "UNDLM_010_sh010_comp_v4-5.mov",
        "UNDLM_010_sh010_comp_w02.mov",
        "UNDLM_010_sh010_comp_v003-2.mov",
        "UNDLM_010_sh010_comp_vfinal.mov",
        "UNDLM_010_sh010_comp_v.mov",
        "UNDLM_010_sh010_comp_v1234567890.mov",
        "UNDLM_010_sh010_comp_v٣.mov",
        "UNDLM_010_sh010_comp.mov",
        "UNDLM_010_sh010_v003.mov",
        "UNDLM_010_sh010_comp_20240131.mov",
        "UNDLM_010_sh010_4.69C_v003.mov",
        "UNDLM_010_sh010_a+b_v003.mov",
        "UNDLM_010_sh010_comp_Vi48896FA0V.mxf",
        "UNDLM_010__comp_v003.mov",
        "UNDLM_010_sh010_comp_v003 (1).mov",
        "UNDLM_010_sh010_comp_v003",
        "UNDLM_010_sh010_comp_v003.",
        " UNDLM_010_sh010_comp_v003.mov",
        "UNDLM_010_sh010_comp_v003.mov ",
        "A004C010_20100610_R1JL.mov",
        "A_0076C001_230511_184122_h1CTJ.mxf",
        "A005_C010_0501J0_001.R3D",
    ],
)
def test_it_refuses_rather_than_guesses(name: str) -> None:
    with pytest.raises(NamingError):
        Rule(DEFAULT).parse(name)


@pytest.mark.parametrize(
    "name", ["sh010_comp_v003.%04d.exr", "sh010_comp_v003.####.exr", "sh_c_v1.[1001-1100].exr"]
)
def test_a_pattern_for_a_sequence_is_no_frame(name: str) -> None:
    with pytest.raises(NamingError, match="stands for a whole sequence"):
        Rule(FRAMES).parse(name)


@pytest.mark.parametrize(
    ("template", "name", "readings"),
    [
        (
            "{shot}_v{version}<_{output}><.{frame}><_{udim}>.{ext}",
            "sh010_v003_1001.exr",
            'output "1001" or udim "1001"',
        ),
        (
            "{project}_{scene}<_{shot}><_{task}>_v{version}.{ext}",
            "ABC_101_comp_v003.mov",
            'shot "comp" or task "comp"',
        ),
        (
            "{shot}<-{variant}>_v{version}.{ext}",
            "sh010-b_v003.mov",
            'shot "sh010-b" or shot "sh010", variant "b"',
        ),
        (
            "{shot}-{task}_v{version}.{ext}",
            "sh-010-comp_v003.mov",
            'shot "sh-010", task "comp" or shot "sh", task "010-comp"',
        ),
        (
            "{task:anim|anim_hi}<_{suffix}>_v{version}.{ext}",
            "anim_hi_v003.mov",
            'task "anim_hi" or task "anim", suffix "hi"',
        ),
    ],
)
def test_a_name_that_reads_in_two_ways_is_refused(template: str, name: str, readings: str) -> None:
    with pytest.raises(NamingError) as refused:
        Rule(template).parse(name)

    assert f"{name}: the name can be read in two ways, {readings}." in str(refused.value)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("sh010_V003.mov", {"version_prefix": "V"}),
        ("sh010_v003.MOV", {"extension": "MOV"}),
        ("sh010_V003.Mov", {"version_prefix": "V", "extension": "Mov"}),
        ("sh010_v003.mov", {}),
    ],
)
def test_the_case_of_v_and_extension_is_free_and_kept(name: str, kept: dict[str, str]) -> None:
    rule = Rule("{shot}_v{version}.mov")

    fields = rule.parse(name).fields

    assert fields == {"shot": "sh010", "version": "003"} | kept
    assert rule.format(fields) == name


def test_an_extension_from_a_list_is_taken_in_any_case() -> None:
    assert Rule("{shot}.{ext:mov|mp4}").parse("sh010.MP4").fields["ext"] == "MP4"


@pytest.mark.parametrize("name", ["SH010_v003.mov", "sh010_comp_v003.mov", "sh010_Comp_v003.mov"])
def test_all_other_case_counts(name: str) -> None:
    with pytest.raises(NamingError):
        Rule("sh{shot:3d}_{task:Anim|COMP}_v{version}.mov").parse(name)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_and_a_template_may_come_decomposed(form: str) -> None:
    name = unicodedata.normalize(form, "Zoë_Ångström_v003.mov")  # type: ignore[arg-type]  # a list of literals
    rule = Rule(unicodedata.normalize("NFD", "Zoë_{artist}_v{version}.{ext}"), "Zoë/{artist}")

    parsed = rule.parse(name)

    assert parsed.fields["artist"] == "Ångström"
    assert parsed.folders == ("Zoë", "Ångström")
    assert rule.format(parsed.fields) == "Zoë_Ångström_v003.mov"


def test_a_token_written_twice_takes_the_same_text_twice() -> None:
    rule = Rule("{shot}_{task}_{shot}_v{version}.{ext}")

    assert rule.parse("sh010_comp_sh010_v003.mov").fields["shot"] == "sh010"
    with pytest.raises(NamingError, match='"sh020" after task "comp" is not the shot given before'):
        rule.parse("sh010_comp_sh020_v003.mov")
