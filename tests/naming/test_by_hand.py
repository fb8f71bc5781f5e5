"""What a person fills in for a token: what is wrong with it, and what was probably meant."""

import pytest

from pipeline.naming import Misfit, NamingError, Rule

RULE = Rule("{project}_sh{shot:4d}_{task:anim|comp}_v{version:3d}<_{suffix:A}>.{ext}")
WELL = {"shot": "0130", "task": "comp", "version": "001", "ext": "mov", "project": "U"}


@pytest.mark.parametrize(
    ("token", "text", "meant"),
    [
        ("shot", "130", "0130"),
        ("shot", "sh130", "0130"),
        ("shot", "00130", "0130"),
        ("shot", "0130", "0130"),
        ("shot", "12345", "12345"),
        ("shot", "13b", "13b"),
        ("task", "Comp", "comp"),
        ("task", "roto", "roto"),
        ("suffix", "hi", "HI"),
        ("version", "v7", "007"),
    ],
)
def test_the_obvious_repair_is_found(token: str, text: str, meant: str) -> None:
    assert RULE.kinds[token].mended(text) == meant


def test_fields_that_fit_have_no_fault() -> None:
    assert RULE.faults(WELL) == {}
    assert RULE.faults({**WELL, "suffix": "HI"}) == {}


def test_each_fault_is_said_of_its_token() -> None:
    given = {**WELL, "shot": "130", "task": "roto", "version": ""}
    assert RULE.faults(given) == {
        "shot": "“130” does not fit: the rule needs exactly 4 digits here. Is “0130” meant?",
        "task": "“roto” does not fit: the rule needs one of anim, comp here.",
        "version": "It is missing: the rule needs exactly 3 digits here.",
    }


def test_of_an_expert_rule_nothing_is_known() -> None:
    assert Rule(r"(?P<shot>sh[0-9]+)\.mov", expert=True).faults({"shot": "!"}) == {}


def test_why_a_name_does_not_fit_can_be_told_without_the_name() -> None:
    with pytest.raises(NamingError) as caught:
        RULE.parse("U_sh130_comp_v001.mov")
    assert isinstance(caught.value, Misfit)
    assert str(caught.value) == f"U_sh130_comp_v001.mov: {caught.value.why}"
    assert caught.value.why.startswith('"sh130" after project "U" does not fit as shot')
