"""What a rule would change, told before it is saved."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from pipeline.backtest import Change, File, Outcome, back_test, seen_since
from pipeline.models import NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from pipeline.naming import TemplateError
from pipeline.routing import Held, Route

NAME = "UNDLM_00412_anim_v003.mov"


def edited(rule: NamingRule, **columns: object) -> NamingRule:
    other = NamingRule.objects.get(pk=rule.pk)
    vars(other).update(columns)
    return other


def run(rule: NamingRule, *names: str) -> Outcome:
    return back_test(rule, map(File, names))


def test_a_rule_that_stays_as_it_is_changes_nothing(rule: NamingRule) -> None:
    outcome = run(rule, NAME)
    assert outcome.counts == {Change.SAME: 1}
    assert (outcome.given, outcome.tried, outcome.read) == (1, 1, 1)


def test_other_folders_are_a_change_from_one_to_the_other(rule: NamingRule) -> None:
    outcome = run(edited(rule, folder_template="Shots/{shot}"), NAME)
    (example,) = outcome.examples[Change.MOVED]
    assert isinstance(example.before, Route)
    assert isinstance(example.after, Route)
    assert example.before.destination == ("00412", "anim")
    assert example.after.destination == ("Shots", "00412")


def test_a_name_that_no_rule_reads_any_more_is_lost(rule: NamingRule) -> None:
    outcome = run(edited(rule, template="{project}_{shot:4d}_{task}_v{version}.{ext}"), NAME)
    (example,) = outcome.examples[Change.LOST]
    assert isinstance(example.after, Held)
    assert "00412" in example.after.reason


def test_a_rule_made_inactive_loses_its_names(rule: NamingRule) -> None:
    assert run(edited(rule, active=False), NAME).counts == {Change.LOST: 1}


def test_a_new_rule_gains_what_was_held(rule: NamingRule) -> None:
    new = NamingRule(name="Bare", template="{shot:5d}.{ext}", folder_template="{shot}")
    outcome = run(new, "00412.mov", NAME, "holiday.mov")
    assert outcome.counts == {Change.GAINED: 1, Change.SAME: 1, Change.HELD: 1}
    assert outcome.read == 1


def test_a_rule_that_disagrees_with_another_conflicts(rule: NamingRule) -> None:
    loose = NamingRule(
        name="Loose", template="{project}_{a}_{b}_v{version}.{ext}", folder_template="{a}"
    )
    outcome = run(loose, NAME)
    (example,) = outcome.examples[Change.CONFLICT]
    assert isinstance(example.after, Held)
    assert "Shots, Loose" in example.after.reason


def test_a_name_that_both_read_counts_as_read_though_they_agree(rule: NamingRule) -> None:
    twin = NamingRule(
        name="Twin", template=rule.template, folder_template=rule.folder_template, position=200
    )
    outcome = run(twin, NAME, "holiday.mov")
    assert (outcome.read, outcome.tried) == (1, 2)
    assert outcome.counts == {Change.SAME: 1, Change.HELD: 1}
    assert outcome.folders == {("UNDLM", "00412", "anim"): 1}


def test_a_name_that_both_read_counts_as_read_though_they_disagree(rule: NamingRule) -> None:
    loose = NamingRule(
        name="Loose", template="{project}_{a}_{b}_v{version}.{ext}", folder_template="{a}"
    )
    outcome = run(loose, NAME)
    assert (outcome.read, outcome.counts[Change.CONFLICT]) == (1, 1)
    assert not outcome.folders


def test_a_conflict_that_is_there_already_is_one(rule: NamingRule) -> None:
    loose = NamingRule.objects.create(
        name="Loose", template="{project}_{a}_{b}_v{version}.{ext}", folder_template="{a}"
    )
    third = NamingRule(name="Third", template="{reel:4d}.{ext}", folder_template="")
    assert run(loose, NAME).counts == {Change.CONFLICT: 1}
    assert run(third, NAME).counts == {Change.HELD: 1}


def test_a_rule_of_another_project_reads_no_file_of_this_one(
    rule: NamingRule, project: Project
) -> None:
    other = Project.objects.create(code="OTHER", name="Other")
    own = NamingRule(name="Own", project=other, template=rule.template, folder_template="")
    outcome = back_test(own, [File(NAME, project)])
    assert (outcome.read, outcome.counts) == (0, {Change.SAME: 1})


def test_what_went_by_hand_is_not_held(rule: NamingRule, project: Project) -> None:
    bare = NamingRule(name="Bare", template="{shot:5d}.{ext}", folder_template="{shot}")
    gone = Route(project, None, {}, None, ("Client",))
    outcome = back_test(bare, [File("00412.mov", None, gone), File("holiday.mov", None, gone)])
    assert outcome.counts == {Change.GAINED: 1, Change.SAME: 1}
    assert outcome.examples[Change.GAINED][0].before == gone


def test_it_goes_before_the_rules_for_all_when_it_is_the_projects_own(
    rule: NamingRule, project: Project
) -> None:
    own = NamingRule(
        name="Own", project=project, template=rule.template, folder_template="Own/{shot}"
    )
    assert run(own, NAME).counts == {Change.MOVED: 1}


def test_the_folders_are_counted_under_their_project(rule: NamingRule) -> None:
    names = [NAME, "UNDLM_00412_anim_v004.mov", "UNDLM_00413_anim_v001.mov"]
    assert run(rule, *names).folders == {
        ("UNDLM", "00412", "anim"): 2,
        ("UNDLM", "00413", "anim"): 1,
    }


def test_a_file_in_a_projects_folder_belongs_to_that(rule: NamingRule) -> None:
    other = Project.objects.create(code="OTHER", name="Other")
    outcome = back_test(rule, [File(NAME, other)])
    assert outcome.counts == {Change.HELD: 1}


def test_it_ends_when_its_time_is_over_and_says_so(rule: NamingRule) -> None:
    clock: Callable[[], float] = itertools.chain([0.0, 1.0], itertools.repeat(60.0)).__next__
    outcome = back_test(rule, [File(NAME)] * 10, clock)
    assert (outcome.given, outcome.tried) == (10, 1)


def test_a_wrong_rule_is_not_run(rule: NamingRule) -> None:
    with pytest.raises(TemplateError):
        run(edited(rule, template="{project"), NAME)


def test_many_names_ask_the_database_no_more_than_one(
    rule: NamingRule, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        run(rule, *[f"UNDLM_{shot:05d}_anim_v001.mov" for shot in range(50)])


def test_the_ledger_knows_what_went_by_hand(project: Project) -> None:
    now = timezone.now()
    for name, overrides in (("a.mov", {"shot": "00412"}), ("b.mov", {})):
        source = SourceFile.objects.create(
            key=name, raw_path=name.encode(), size=1, mtime_ns=1, state="taken"
        )
        UploadJob.objects.create(
            source=source,
            size=1,
            mtime_ns=1,
            name=name,
            project=project,
            state="done",
            overrides=overrides,
            fields=overrides,
            destination=["00412"],
        )
    gone = Route(project, None, {"shot": "00412"}, None, ("00412",))
    assert list(seen_since(now - timedelta(days=1))) == [
        File("b.mov"),
        File("a.mov", by_hand=gone),
    ]


def test_the_ledger_gives_the_names_of_the_last_days(project: Project, tmp_path: Path) -> None:
    folder = WatchedFolder.objects.create(path=str(tmp_path), project=project)
    for number in range(3):
        key = f"sub/{number}.mov"
        SourceFile.objects.create(
            folder=folder, key=key, raw_path=key.encode(), size=1, mtime_ns=1, state="taken"
        )
    now = timezone.now()
    SourceFile.objects.filter(key="sub/0.mov").update(first_seen=now - timedelta(days=8))
    assert list(seen_since(now - timedelta(days=7))) == [
        File("2.mov", project),
        File("1.mov", project),
    ]
