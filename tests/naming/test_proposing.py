"""Templates that are proposed for names of the kinds that studios use."""

from itertools import islice, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.naming import NamingError, Rule, propose

CODES = ["UNDLM", "NARVAL"]

ONE_NAME = [
    # --- Marked numbers -----------------------------------------------------------------------
    (
        "NARVAL_ep02_sq040_sh0120_compo_v007.mov",
        "{project}_ep{episode:2d}_sq{sequence:3d}_sh{shot:4d}_{task}_v{version:3d}.{ext}",
        "ep{episode}/sq{sequence}/sh{shot}/{task}",
    ),
    (
        "UNDLM_SC010_SH0010_comp_v003.mov",
        "{project}_SC{scene:3d}_SH{shot:4d}_{task}_v{version:3d}.{ext}",
        "SC{scene}/SH{shot}/{task}",
    ),
    (
        "abc_s01e02_sh010_anim_v01.mp4",
        "{project}_s{season:2d}e{episode:2d}_sh{shot:3d}_{task}_v{version:2d}.{ext}",
        "s{season}/e{episode}/sh{shot}/{task}",
    ),
    (
        "NAR_S010_P0020_anim_v01.mov",
        "{project}_S{scene:3d}_P{shot:4d}_{task}_v{version:2d}.{ext}",
        "S{scene}/P{shot}/{task}",
    ),
    (
        "NAR_sq040sh0120_layout_r02.mov",
        "{project}_sq{sequence:3d}sh{shot:4d}_{task}_r{version:2d}.{ext}",
        "sq{sequence}/sh{shot}/{task}",
    ),
    (
        "NAR_R1_sh0120_v003.mov",
        "{project}_R{reel:d}_sh{shot:4d}_v{version:3d}.{ext}",
        "sh{shot}",
    ),
    (
        "NAR_sh_0120_comp_v003.mov",
        "{project}_sh_{shot:4d}_{task}_v{version:3d}.{ext}",
        "sh_{shot}/{task}",
    ),
    (
        "NAR_sh0120A_comp_v003.mov",
        "{project}_sh{shot}_{task}_v{version:3d}.{ext}",
        "sh{shot}/{task}",
    ),
    (
        "Narval Scene 12 Shot 4 v3.mov",
        "{project} Scene {scene:2d} Shot {shot:d} v{version}.{ext}",
        "Scene {scene}/Shot {shot}",
    ),
    # --- Numbers that stand in their place ------------------------------------------------------
    (
        "UNDLM_010_0040_comp_v003.mov",
        "{project}_{scene:3d}_{shot:4d}_{task}_v{version:3d}.{ext}",
        "{scene}/{shot}/{task}",
    ),
    (
        "UNDLM_00412_anim_v003.mov",
        "{project}_{shot:5d}_{task}_v{version:3d}.{ext}",
        "{shot}/{task}",
    ),
    (
        "ABC_101_029_0005_comp_XYZ_v003.mov",
        "{project}_{episode:3d}_{scene:3d}_{shot:4d}_{task}_{vendor}_v{version:3d}.{ext}",
        "{episode}/{scene}/{shot}/{task}",
    ),
    (
        "101_029_0005_comp_v003.mov",
        "{episode:3d}_{scene:3d}_{shot:4d}_{task}_v{version:3d}.{ext}",
        "{episode}/{scene}/{shot}/{task}",
    ),
    (
        "NAR_010A_0040_comp_v003.mov",
        "{project}_{scene}_{shot:4d}_{task}_v{version:3d}.{ext}",
        "{scene}/{shot}/{task}",
    ),
    (
        "NAR_ep102_0120_comp_v012.mov",
        "{project}_ep{episode:3d}_{shot:4d}_{task}_v{version:3d}.{ext}",
        "ep{episode}/{shot}/{task}",
    ),
    (
        "UNDLM_0040_comp_003.mov",
        "{project}_{shot:4d}_{task}_{version:3d}.{ext}",
        "{shot}/{task}",
    ),
    (
        "NAR_HOU_0040_comp_v003.mov",
        "{project}_{scene}_{shot:4d}_{task}_v{version:3d}.{ext}",
        "{scene}/{shot}/{task}",
    ),
    (
        "NAR_HOU0040_comp_v003.mov",
        "{project}_{shot}_{task}_v{version:3d}.{ext}",
        "{shot}/{task}",
    ),
    (
        "NARVAL0120_comp_v003.mov",
        "{project:a}{shot:4d}_{task}_v{version:3d}.{ext}",
        "{shot}/{task}",
    ),
    # --- Frames and originals -------------------------------------------------------------------
    (
        "ABC_101_029_0005_PL01_v001.1001.exr",
        "{project}_{episode:3d}_{scene:3d}_{shot:4d}_PL{plate:2d}_v{version:3d}.{frame}.{ext}",
        "{episode}/{scene}/{shot}",
    ),
    (
        "NAR_sh0120_comp_v003_1001.exr",
        "{project}_sh{shot:4d}_{task}_v{version:3d}_{frame}.{ext}",
        "sh{shot}/{task}",
    ),
    (
        "NAR_sh0120_comp_v003.1001-1100.exr",
        "{project}_sh{shot:4d}_{task}_v{version:3d}.{frames}.{ext}",
        "sh{shot}/{task}",
    ),
    (
        "A004C010_100610_R1JL.mov",
        "{camera:1A}{reel:3d}C{clip:3d}_{date:6d}_{id:4W}.{ext}",
        "Dailies/{date}/{camera}{reel}",
    ),
    (
        "A004C010_20100610_R1JL.mov",
        "{camera:1A}{reel:3d}C{clip:3d}_{date:8d}_{id:4W}.{ext}",
        "Dailies/{date}/{camera}{reel}",
    ),
    (
        "A_0076C001_230511_184122_h1CTJ.mxf",
        "{camera:1A}_{reel:4d}C{clip:3d}_{date:6d}_{time:6d}_{id:5w}.{ext}",
        "Dailies/{date}/{camera}_{reel}",
    ),
    (
        "A005_C010_0501J0_001.R3D",
        "{camera:1A}{reel:3d}_C{clip:3d}_{id:6W}_{part:3d}.{ext}",
        "Dailies/{camera}{reel}",
    ),
    # --- Commercials, dates, formats ------------------------------------------------------------
    (
        "ACME_Summer_30s_16x9_v02.mp4",
        "{project}_{title}_{length:2d}s_{format}_v{version:2d}.{ext}",
        "{title}/{length}s/{format}",
    ),
    (
        "KINGFISHER_trailer_en_rec709_v02.mov",
        "{project}_{title}_{language}_{colorspace}_v{version:2d}.{ext}",
        "{title}",
    ),
    (
        "NAR_dailies_20261121_v01.mov",
        "{project}_{title}_{date:8d}_v{version:2d}.{ext}",
        "{title}/{date}",
    ),
    ("NAR_2026-11-21_edit.mov", "{project}_{date}_{task}.{ext}", "{date}"),
    (
        "NAR_sh0120_comp_1920x1080_prores4444_24fps_v003.mov",
        "{project}_sh{shot:4d}_{task}_{resolution}_{codec}_{fps:2d}fps_v{version:3d}.{ext}",
        "sh{shot}/{task}",
    ),
    # --- Traps ----------------------------------------------------------------------------------
    (
        "nrv-010-0040-comp-v003.mov",
        "{project:w}-{scene:3d}-{shot:4d}-{task:w}-v{version:3d}.{ext}",
        "{scene}/{shot}/{task}",
    ),
    (
        "NAR_sq010-sh0040_comp-main_v003.mov",
        "{project}_sq{sequence:3d}-sh{shot:4d}_{task}_v{version:3d}.{ext}",
        "sq{sequence}/sh{shot}/{task}",
    ),
    (
        "NAR_sh0120_comp.V003.MOV",
        "{project}_sh{shot:4d}_{task}.V{version:3d}.{ext}",
        "sh{shot}/{task}",
    ),
    (
        "NAR_sh0120_comp_v003_steve.mov",
        "{project}_sh{shot:4d}_{task}_v{version:3d}<_{suffix}>.{ext}",
        "sh{shot}/{task}",
    ),
    (
        "NAR_sh0120_comp_v003a.mov",
        "{project}_sh{shot:4d}_{task}_v{version:3d}{letter:a}.{ext}",
        "sh{shot}/{task}",
    ),
    (
        "NAR_sh0120_comp_v4-5.mov",
        "{project}_sh{shot:4d}_{task}_v{version}-{part:d}.{ext}",
        "sh{shot}/{task}",
    ),
    (
        "NAR_sh0120_comp (1)_v003.mov",
        "{project}_sh{shot:4d}_{task} {name:*}_v{version:3d}.{ext}",
        "sh{shot}/{task}",
    ),
    (
        "NAR_sh0120_lighting_w02.mov",
        "{project}_sh{shot:4d}_{task}_w{version:2d}.{ext}",
        "sh{shot}/{task}",
    ),
]


@pytest.mark.parametrize(
    ("name", "template", "folders"), ONE_NAME, ids=[row[0] for row in ONE_NAME]
)
def test_a_name_is_enough(name: str, template: str, folders: str) -> None:
    proposed = propose([name], CODES)
    assert [(one.template, one.folders) for one in proposed.proposals] == [(template, folders)]
    assert not proposed.unread
    Rule(template, folders).parse(name)


MORE_NAMES = [
    # Widths that differ are left open.
    (
        ["NAR_sh0120_comp_v03.mov", "NAR_sh01300_anim_v003.mov"],
        "{project}_sh{shot:d}_{task}_v{version}.{ext}",
    ),
    # Some have a part that others have not.
    (
        ["NAR_sh0120_comp_v003.mov", "NAR_sh0130_comp_v003_hi.mov", "NAR_sh0130_v003.mov"],
        "{project}_sh{shot:4d}<_{task}>_v{version:3d}<_{suffix}>.{ext}",
    ),
    (
        ["NAR_010_0120_comp_v003.mov", "NAR_0120_comp_v003.mov"],
        "{project}<_{scene:3d}>_{shot:4d}_{task}_v{version:3d}.{ext}",
    ),
    # Nobody knows what it is, and it is the same in all: text.
    (
        ["NAR_sh0120_comp_XYZ_v003.mov", "NAR_sh0130_anim_XYZ_v003.mov"],
        "{project}_sh{shot:4d}_{task}_XYZ_v{version:3d}.{ext}",
    ),
    # A sequence that is the same in all will be another one day.
    (
        ["NAR_HOU_0040_comp_v003.mov", "NAR_HOU_0050_comp_v003.mov"],
        "{project}_{scene}_{shot:4d}_{task}_v{version:3d}.{ext}",
    ),
    # Where the marks differ in case they are read with the number; that of a v is free anyway.
    (
        ["NAR_SH0120_comp_v003.mov", "NAR_sh0130_comp_V004.mov"],
        "{project}_{shot}_{task}_v{version:3d}.{ext}",
    ),
    # One task that is known says what the others are.
    (
        ["NAR_0120_comp_v003.mov", "NAR_0120_zbrush_v001.mov"],
        "{project}_{shot:4d}_{task}_v{version:3d}.{ext}",
    ),
]


@pytest.mark.parametrize(("names", "template"), MORE_NAMES, ids=[row[1] for row in MORE_NAMES])
def test_several_names_say_more(names: list[str], template: str) -> None:
    (one,) = propose(names, CODES).proposals
    assert one.template == template
    assert set(one.names) == set(names)


def test_names_of_two_kinds_get_a_template_each_and_the_rest_a_reason() -> None:
    names = ["final_test.mov", "UNDLM_00412_anim_v003.mov", *(f"B_sh01{n}_v1.mov" for n in "23")]
    proposed = propose([*names, names[1]], CODES)
    assert [one.names for one in proposed.proposals] == [tuple(names[2:]), (names[1],)]
    (unread,) = proposed.unread
    assert unread.name == "final_test.mov"
    assert "neither shot, version nor date" in unread.why


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("holiday.mov", "neither shot"),
        ("beach_final_2.mov", "neither shot"),
        ("NAR_sh0120_comp_v003.%04d.exr", "whole sequence"),
        ("NAR_sh0120_v003.####.exr", "whole sequence"),
        ("sh0120_\u202evom.mov", "direction of writing"),
        ("_".join(f"sh{number}" for number in range(30)), "more than 24 parts"),
    ],
)
def test_where_nothing_fits_it_is_said_why(name: str, why: str) -> None:
    proposed = propose([name])
    assert not proposed.proposals
    assert why in proposed.unread[0].why


@pytest.mark.parametrize("ways", [6, 20])
def test_of_many_kinds_the_first_few_are_proposed_and_the_others_put_off(ways: int) -> None:
    orders = islice(permutations(["sh0120", "sq010", "ep02", "v003"]), ways)
    names = ["_".join(parts) + ".mov" for parts in orders]
    proposed = propose(names)
    assert len(proposed.proposals) == 4
    assert len(proposed.unread) == ways - 4
    assert all("too many kinds" in one.why for one in proposed.unread)


@pytest.mark.parametrize(
    ("names", "project"),
    [
        (["narval_sh0120_v003.mov"], "narval"),
        (["sh0120_NARVAL_v003.mov"], "NARVAL"),
        (["NEW_sh0120_v003.mov", "NEW_sh0130_v003.mov"], "NEW"),
        (["NARVAL_sh0120_v003.mov", "UNDLM_sh0130_v003.mov"], ""),
        (["sh0120_v003.mov"], ""),
    ],
)
def test_the_project_is_told_where_all_names_have_the_same(names: list[str], project: str) -> None:
    (one,) = propose(names, CODES).proposals
    assert one.project == project


PARTS = (
    "NARVAL narval sh0120 SH01 sq010 s01e02 ep1 v003 V4 v4-5 r02 010 0040 12 20261121 comp anim-b"
    " XYZ été final 16x9 30s 1001 {x} a<b (1) - A004C010 R1JL sh"
)
NAMES = st.builds(
    lambda parts, marks, end: "".join(map("".join, zip(parts, marks, strict=False))) + end,
    st.lists(st.sampled_from(PARTS.split()), min_size=1, max_size=7),
    st.lists(st.sampled_from(["_", "-", ".", " ", "__", ""]), min_size=7, max_size=7),
    st.sampled_from([".mov", ".exr", ".R3D", ""]),
)


@settings(deadline=None, database=None, max_examples=150)
@given(st.lists(NAMES, min_size=1, max_size=4))
def test_what_is_proposed_reads_its_names_and_no_name_is_forgotten(names: list[str]) -> None:
    proposed = propose(names, CODES)
    for one in proposed.proposals:
        rule = Rule(one.template, one.folders)
        for name in one.names:
            try:
                rule.parse(name)
            except NamingError as error:
                pytest.fail(str(error))
    told = [name for one in proposed.proposals for name in one.names]
    assert sorted([*told, *(one.name for one in proposed.unread)]) == sorted(set(names))
