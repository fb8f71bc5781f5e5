"""What a name that fits no rule was probably meant to say."""

import pytest

from pipeline.naming import Near, Rule, Slip

RULE = Rule("{project}_{shot:5d}_{task:anim|comp|light}_v{version:3d}<_{suffix}>.{ext}")


def test_a_slip_in_a_list_is_named_with_what_was_meant() -> None:
    near = RULE.near("UNDLM_00412_amin_v003.mov")
    assert near.slips == (Slip("task", "amin", "anim"),)
    assert near.whole
    assert near.fields == {
        "project": "UNDLM",
        "shot": "00412",
        "task": "anim",
        "version": "003",
        "ext": "mov",
    }


def test_a_list_in_other_case_is_a_slip_too() -> None:
    assert RULE.near("UNDLM_00412_Comp_v003.mov").slips == (Slip("task", "Comp", "comp"),)


def test_what_is_like_no_choice_is_a_slip_that_means_nothing() -> None:
    near = RULE.near("UNDLM_00412_xyzzy_v003.mov")
    assert near.slips == (Slip("task", "xyzzy"),)
    assert not near.whole
    assert near.fields["task"] == "xyzzy"


def test_a_number_of_the_wrong_width_is_no_more_than_named() -> None:
    near = RULE.near("UNDLM_412_anim_v003.mov")
    assert near.slips == (Slip("shot", "412"),)
    assert near.fields["shot"] == "412"


@pytest.mark.parametrize(
    ("name", "shot", "scene"),
    [("UNDLM_00412_amin_v003.mov", "00412", None), ("UNDLM_010_0040_amin_v003.mov", "0040", "010")],
)
def test_an_optional_part_is_there_or_not_as_the_rest_fits_best(
    name: str, shot: str, scene: str | None
) -> None:
    rule = Rule("{project}<_{scene}>_{shot}_{task:anim|comp|light}_v{version}.{ext}")
    near = rule.near(name)
    assert near.slips == (Slip("task", "amin", "anim"),)
    assert (near.fields["shot"], near.fields.get("scene")) == (shot, scene)


def test_of_two_ways_to_read_it_the_one_with_the_fewest_slips_is_meant() -> None:
    rule = Rule("{project}<_{scene:3d}>_{shot:5d}_{task:anim|comp}<_{suffix:A}>.{ext}")
    assert rule.near("UNDLM_00412_amin_HI.mov").slips == (Slip("task", "amin", "anim"),)


def test_of_a_name_of_another_shape_the_start_is_read() -> None:
    near = RULE.near("UNDLM_00412_holiday.mov")
    assert (near.fields["project"], near.fields["shot"], near.whole) == ("UNDLM", "00412", False)


@pytest.mark.parametrize("name", ["", "a/b.mov", "\u202e.mov", "x" * 2000])
def test_of_what_is_no_name_nothing_is_known(name: str) -> None:
    assert RULE.near(name) == Near({})


def test_of_an_expert_rule_nothing_is_known() -> None:
    assert Rule(r"(?P<shot>\d+)\.mov", expert=True).near("412x.mov") == Near({})


def test_the_one_with_fewer_slips_is_nearer() -> None:
    one, two = RULE.near("UNDLM_00412_amin_v003.mov"), RULE.near("UNDLM_412_amin_v003.mov")
    assert one.closeness() > two.closeness() > RULE.near("other.mov").closeness()
