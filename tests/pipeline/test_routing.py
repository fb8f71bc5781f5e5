"""Which project, which rule, which folders."""

import pytest

from pipeline import routing
from pipeline.models import NamingRule, Project, UploadJob

NAME = "UNDLM_00412_anim_v003.mov"
Hold = UploadJob.Hold


def held(name: str, project: Project | None = None, **overrides: str) -> routing.Held:
    with pytest.raises(routing.Held) as caught:
        routing.route(name, project, overrides)
    return caught.value


def test_the_name_says_it_all(project: Project, rule: NamingRule) -> None:
    found = routing.route(NAME)
    assert (found.project, found.rule, found.version) == (project, rule, 3)
    assert found.destination == ("00412", "anim")
    assert found.fields["task"] == "anim"


def test_the_project_code_may_be_written_small(project: Project, rule: NamingRule) -> None:
    assert routing.route(NAME.lower()).project == project


def test_what_is_given_by_hand_wins_over_the_name(project: Project, rule: NamingRule) -> None:
    found = routing.route(NAME, project, {"shot": "00999"})
    assert found.destination == ("00999", "anim")
    assert routing.route(NAME, project, {"folder": "Client/Monday"}).destination == (
        "Client",
        "Monday",
    )


def test_a_folder_by_hand_needs_no_rule(project: Project, rule: NamingRule) -> None:
    found = routing.route("teaser final.mov", project, {"folder": "Client"})
    assert (found.rule, found.destination) == (None, ("Client",))


@pytest.mark.parametrize("folder", ["..", "A/../B", "A//B", "./A", "A\x00B", "A/\u202eB"])
def test_a_folder_by_hand_that_is_none_is_refused(
    project: Project, rule: NamingRule, folder: str
) -> None:
    assert "is not a folder on Frame.io" in held(NAME, project, folder=folder).reason


def test_a_name_that_fits_no_rule_says_what_is_wrong_with_it(rule: NamingRule) -> None:
    error = held("UNDLM_412_anim_v003.mov")
    assert error.hold == Hold.NAME
    assert "412" in error.reason


def test_several_rules_in_vain_are_all_explained(rule: NamingRule) -> None:
    NamingRule.objects.create(name="Dailies", template="{reel}_{clip:4d}.{ext}", folder_template="")
    error = held("whatever.mov")
    assert "whatever.mov fits none of 2 naming rules" in error.reason
    assert error.reason.count("\n- ") == 2


def test_no_rule_at_all_says_where_to_make_one(project: Project) -> None:
    assert held(NAME).reason == "There is no active naming rule. Make one in the admin."


def test_two_rules_that_disagree_are_both_named(rule: NamingRule) -> None:
    NamingRule.objects.create(
        name="Loose", template="{project}_{a}_{b}_v{version}.{ext}", folder_template="{a}"
    )
    error = held(NAME)
    assert error.hold == Hold.NAME
    assert "Shots, Loose" in error.reason


def test_two_rules_that_agree_do_not_matter(rule: NamingRule) -> None:
    twin = NamingRule.objects.get(pk=rule.pk)
    twin.pk = None
    twin.save()
    assert routing.route(NAME).rule == rule


def test_a_projects_own_rule_goes_before_those_for_all(project: Project, rule: NamingRule) -> None:
    own = NamingRule.objects.create(
        name="Own", project=project, template=rule.template, folder_template="Shots/{shot}"
    )
    assert routing.route(NAME).rule == own


def test_an_inactive_rule_does_not_count(rule: NamingRule) -> None:
    NamingRule.objects.update(active=False)
    assert "no active naming rule" in held(NAME).reason


def test_an_unknown_project_names_those_there_are(rule: NamingRule) -> None:
    error = held("OTHER_00412_anim_v003.mov")
    assert error.hold == Hold.PROJECT
    assert error.reason == "There is no project OTHER. There is: UNDLM."


def test_a_file_in_another_projects_folder_is_held(rule: NamingRule) -> None:
    other = Project.objects.create(code="OTHER", name="Other")
    assert "lies in a folder of project OTHER" in held(NAME, other).reason


def test_an_inactive_project_takes_no_files(project: Project, rule: NamingRule) -> None:
    Project.objects.update(active=False)
    assert held(NAME).reason.startswith("Project UNDLM is inactive.")


def test_a_name_without_a_project_goes_to_the_only_one(project: Project) -> None:
    NamingRule.objects.create(name="Bare", template="{shot:5d}.{ext}", folder_template="{shot}")
    assert routing.route("00412.mov").project == project


def test_a_name_without_a_project_is_held_when_there_are_two(project: Project) -> None:
    NamingRule.objects.create(name="Bare", template="{shot:5d}.{ext}", folder_template="{shot}")
    Project.objects.create(code="OTHER", name="Other")
    assert "does not say which project" in held("00412.mov").reason


# --- Projects made by rule ------------------------------------------------------------------------
@pytest.fixture
def making(project: Project, rule: NamingRule) -> NamingRule:
    """The rule makes what is missing like UNDLM, which is made by rule on Frame.io too."""
    Project.objects.update(
        frameio_account=7,
        frameio_project_kind=Project.Remote.MADE,
        frameio_workspace_id="ws",
        frameio_project_name="Underland",
        write_metadata=True,
    )
    NamingRule.objects.update(new_projects_like=project)
    return rule


def test_a_code_that_is_not_known_is_a_project_that_is_not_saved_yet(making: NamingRule) -> None:
    found = routing.route("kes_00412_anim_v003.mov").project
    assert (found.code, found.name, found.active) == ("KES", "KES", True)
    assert (found.frameio_account, found.frameio_workspace_id) == (7, "ws")
    assert (found.frameio_project_kind, found.write_metadata) == ("made", True)
    assert (found.frameio_project_id, found.frameio_project_name) == ("", "")
    assert not Project.objects.filter(code="KES").exists()


def test_without_such_a_rule_an_unknown_code_is_held(project: Project, rule: NamingRule) -> None:
    assert "There is no project KES" in held("KES_00412_anim_v003.mov").reason


def test_a_code_that_can_be_none_is_held_and_says_why(making: NamingRule) -> None:
    NamingRule.objects.update(template="{project:*}_{shot:5d}_{task}_v{version:3d}.{ext}")
    found = held("Kes & Co_00412_anim_v003.mov")
    assert found.hold == Hold.PROJECT
    assert found.reason.startswith("No project can be made for the code Kes & Co: ")


def test_a_code_given_by_hand_makes_none(making: NamingRule) -> None:
    with pytest.raises(routing.Held, match="There is no project KES"):
        routing.project_by_code("KES")
