from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from frameio.models import Account
from pipeline.models import HealthFinding, NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from tests.admin.conftest import MakeJob, State

SET_UP = "/admin/pipeline/"
PROJECT = {
    "code": "NARVAL",
    "name": "Narval",
    "active": "on",
    "integrations": "frameio",
    "transfer": "direct",
    "frameio_project_kind": "chosen",
    "frameio_name_template": "{code}",
    "same_name": "version",
    "comments_for_days": "14",
    "review_days": "14",
}
RULE = {
    "name": "Narval",
    "active": "on",
    "position": "1",
    "template": "{project}_{shot}.{ext}",
    "folder_template": "{shot}",
}
FOLDER = {"active": "on", "first_pass": "baseline", "extensions": "mov", "quiet_seconds": "5"}


def text(client: Client) -> str:
    return client.get("/").content.decode()


def test_a_fresh_place_shows_the_first_step(nora: Client) -> None:
    page = text(nora)
    assert "Five steps to the first arrival" in page
    assert page.index('aria-current="step"') < page.index("Connect Frame.io")
    assert 'href="/frameio/connect"' in page


def test_the_next_step_is_the_first_that_is_not_done(account: Account, nora: Client) -> None:
    steps = nora.get("/").context["road"].steps
    assert [step.done for step in steps] == [True, False, False, False, False]
    assert [step.current for step in steps] == [False, True, False, False, False]


def test_the_last_step_is_dropping_a_file(
    folder: WatchedFolder, rule: NamingRule, nora: Client
) -> None:
    assert [step.current for step in nora.get("/").context["road"].steps][-1]


def test_after_the_first_arrival_the_steps_are_offered_for_another_show(
    make_job: MakeJob, nora: Client
) -> None:
    make_job(State.DONE)
    page = text(nora)
    assert "Five steps" not in page
    road = nora.get("/").context["road"]
    assert (str(road.title), road.is_open) == ("Add your own show", False)
    assert [step.done for step in road.steps] == [True, False, False, False, False]


def test_the_road_of_an_own_show_goes_from_page_to_page(
    make_job: MakeJob, nora: Client, tmp_path: Path
) -> None:
    """By the links that the page after each save offers, with the new project chosen."""
    make_job(State.DONE)
    page = saved(nora, "project/add/", PROJECT)
    project = Project.objects.get(code="NARVAL")
    rule, folder = (f"{what}/add/?project={project.pk}" for what in ("namingrule", "watchedfolder"))
    assert current_step(nora) == SET_UP + rule
    assert f'href="{SET_UP}{rule}"' in page
    chosen = nora.get(SET_UP + rule).context["adminform"].form["project"].value()
    assert chosen == str(project.pk)

    page = saved(nora, rule, {**RULE, "project": str(project.pk)})
    assert current_step(nora) == SET_UP + folder
    assert f'href="{SET_UP}{folder}"' in page

    page = saved(nora, folder, {**FOLDER, "path": str(tmp_path), "project": str(project.pk)})
    assert "save a render in its folder" in page
    road = nora.get("/").context["road"]
    assert (str(road.title), road.is_open) == ("Add your own show: NARVAL", True)
    assert [step.done for step in road.steps] == [True, True, True, True, False]

    make_job(State.PENDING, "NARVAL_0010.mov", project_id=project.pk)
    assert not nora.get("/").context["road"].is_open


def test_a_rule_for_every_project_may_do_for_a_new_show(
    make_job: MakeJob, rule: NamingRule, nora: Client
) -> None:
    make_job(State.DONE)
    NamingRule.objects.update(project=None)
    project = Project.objects.create(code="NARVAL", name="Narval")
    page = text(nora)
    assert f'<a href="{SET_UP}watchedfolder/add/?project={project.pk}">Go on with Episodic' in page
    WatchedFolder.objects.create(path="/mnt/narval", project=project)
    steps = nora.get("/").context["road"].steps
    assert [step.done for step in steps] == [True, True, True, True, False]


def test_a_show_that_nobody_goes_on_with_is_not_pressed_for_ever(
    make_job: MakeJob, nora: Client
) -> None:
    make_job(State.DONE)
    project = Project.objects.create(code="NARVAL", name="Narval")
    Project.objects.filter(pk=project.pk).update(created_at=timezone.now() - timedelta(hours=25))
    assert not nora.get("/").context["road"].is_open


def test_in_the_demo_the_way_to_an_own_show_stands_open(
    project: Project, nora: Client, settings: Settings
) -> None:
    settings.DEMO_PROJECT = "UNDLM"
    road = nora.get("/").context["road"]
    assert (str(road.title), road.is_open) == ("Add your own show", True)
    assert current_step(nora) == f"{SET_UP}project/add/"


def test_what_is_saved_of_a_show_that_runs_says_nothing_of_steps(
    make_job: MakeJob, project: Project, nora: Client
) -> None:
    Project.objects.update(created_at=timezone.now() - timedelta(days=9))
    make_job(State.DONE)
    page = saved(nora, "namingrule/add/", {**RULE, "project": str(project.pk)})
    assert "Next for" not in page


def saved(client: Client, page: str, form: dict[str, str]) -> str:
    """The page that one is on then."""
    said = client.post(SET_UP + page, form, follow=True).content.decode()
    assert "was added successfully" in said
    return said


def current_step(client: Client) -> str:
    steps = client.get("/").context["road"].steps
    return next(str(step.url) for step in steps if step.current)


def test_it_shows_what_needs_a_person_with_reason_and_button(
    make_job: MakeJob, nora: Client
) -> None:
    job = make_job(State.FAILED, reason="No permission to write to <SC010>.")
    page = text(nora)
    assert "No permission to write to &lt;SC010&gt;." in page
    assert f'action="/admin/pipeline/uploadjob/{job.pk}/retry/"' in page


def test_a_job_that_waits_for_a_login_offers_the_login(
    make_job: MakeJob, account: Account, nora: Client
) -> None:
    make_job(State.WAITING, hold="account")
    assert f'href="/frameio/connect?account={account.pk}"' in text(nora)


def test_who_may_not_change_accounts_is_offered_no_login(
    make_job: MakeJob, account: Account, nora: Client
) -> None:
    make_job(State.WAITING, hold="account")
    User.objects.update(is_superuser=False)
    User.objects.get().user_permissions.set(
        Permission.objects.filter(codename__in=["view_uploadjob", "change_uploadjob"])
    )
    page = text(nora)
    assert "/frameio/connect" not in page
    assert "/retry/" not in page  # it would not help


def test_what_arrived_today_has_its_link_and_what_arrived_yesterday_is_not_there(
    make_job: MakeJob, nora: Client
) -> None:
    now = timezone.now()
    make_job(State.DONE, "UNDLM_today.mov", finished_at=now)
    make_job(State.DONE, "UNDLM_yesterday.mov", finished_at=now - timedelta(days=1))
    page = text(nora)
    assert "UNDLM_today.mov" in page
    assert 'href="https://next.frame.io/v/1"' in page
    assert "UNDLM_yesterday.mov" not in page


def test_lines_have_all_parts_of_the_name_in_its_order(
    make_job: MakeJob, rule: NamingRule, nora: Client
) -> None:
    rule.template = "{project}_ep{episode:2d}_sq{sequence:3d}_sh{shot:4d}_{task}_v{version}.{ext}"
    rule.save()
    read = {"shot": "0120", "task": "comp", "sequence": "040", "ext": "mov", "vendor": "XYZ"}
    fields = {**read, "version": "007", "episode": "02", "project": "UNDLM"}
    make_job(State.RUNNING, fields=fields)
    make_job(State.DONE, fields=fields, finished_at=timezone.now())
    line = "UNDLM · ep02 · sq040 · sh0120 · comp · XYZ · v007"
    assert text(nora).count(line) == 2


def test_files_that_are_not_finished_are_shown_with_what_they_wait_for(
    folder: WatchedFolder, nora: Client
) -> None:
    before = nora.get("/admin/progress.json").json()["version"]
    for number in range(7):
        key = f"{number}.mov"
        SourceFile.objects.create(
            folder=folder,
            key=key,
            raw_path=key.encode(),
            size=1,
            mtime_ns=1,
            state="settling",
            reason="Waiting until it has not changed for 10 s.",
        )
    assert nora.get("/admin/progress.json").json()["version"] != before
    SourceFile.objects.filter(key="6.mov").update(changed_at=timezone.now() - timedelta(hours=5))
    shown = nora.get("/").context
    assert [source.key for source in shown["settling"]] == [f"{n}.mov" for n in (5, 4, 3, 2, 1)]
    assert (shown["settling_count"], shown["stuck_count"]) == (6, 1)
    assert "Waiting until it has not changed for 10 s." in text(nora)


def test_a_folder_that_is_away_says_why(folder: WatchedFolder, nora: Client) -> None:
    WatchedFolder.objects.update(state_reason="The mount does not answer.")
    page = text(nora)
    assert "The mount does not answer." in page
    assert "offline" in page


def test_the_overview_asks_no_more_of_the_database_when_there_is_more(
    make_job: MakeJob, nora: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    [make_job(state) for state in State for _i in range(5)]
    with django_assert_max_num_queries(35):
        nora.get("/")


def test_progress_tells_what_is_going_up(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.RUNNING, bytes_sent=250)
    make_job(State.FAILED)
    make_job(State.WAITING)
    told = nora.get("/admin/progress.json").json()
    assert told["running"] == [
        {"id": job.pk, "sent": 250, "size": 1000, "speed": None, "parts": ""}
    ]
    assert told["counts"] == {"running": 1, "pending": 0, "needs": 2, "arrived": 0}


def test_progress_has_a_new_version_when_a_job_has_moved(make_job: MakeJob, nora: Client) -> None:
    first = nora.get("/admin/progress.json").json()["version"]
    make_job(State.RUNNING)
    assert nora.get("/admin/progress.json").json()["version"] != first


def test_progress_has_a_new_version_when_a_folder_was_looked_through(
    folder: WatchedFolder, nora: Client
) -> None:
    first = nora.get("/admin/progress.json").json()["version"]
    WatchedFolder.objects.update(last_pass_at=timezone.now())
    assert nora.get("/admin/progress.json").json()["version"] != first


def test_looking_changes_nothing(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.FAILED)
    before = UploadJob.objects.values().get()
    urls = [
        f"/admin/pipeline/uploadjob/{job.pk}/retry/",
        f"/admin/pipeline/uploadjob/{job.pk}/cancel/",
        f"/admin/pipeline/uploadjob/?action=retry_chosen&_selected_action={job.pk}",
        "/admin/pipeline/namingrule/try/",
        "/admin/pipeline/namingrule/propose/",
    ]
    assert [nora.get(url).status_code for url in urls] == [405, 200, 302, 405, 405]
    assert UploadJob.objects.values().get() == before


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_opens_in_each_language(project: Project, nora: Client, language: str) -> None:
    assert nora.get("/", headers={"Accept-Language": language}).status_code == 200


def test_a_login_that_ends_soon_is_told_three_days_ahead(account: Account, nora: Client) -> None:
    Account.objects.update(refresh_expires_at=timezone.now() + timedelta(days=2, hours=23))
    warned = "the login of Undertow Post ends soon"
    assert warned in nora.get("/").content.decode()
    assert warned in nora.get(f"/admin/frameio/account/{account.pk}/change/").content.decode()


def test_a_login_that_lasts_is_not_warned_about(account: Account, nora: Client) -> None:
    Account.objects.update(refresh_expires_at=timezone.now() + timedelta(days=3, hours=1))
    assert "ends soon" not in nora.get("/").content.decode()


def found(state: str, name: str = "discord", minutes: int = 0) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    HealthFinding.objects.create(
        host="box",
        name=name,
        state=state,
        words={
            "en": {
                "title": "Discord",
                "text": "The webhook is gone.",
                "advice": "Make a new one.",
            },
            "fr": {"title": "Discord", "text": "Plus de webhook.", "advice": "Refaites-en un."},
        },
        since=at,
        seen_at=at,
    )


def test_what_is_not_well_is_said_with_what_to_do(nora: Client) -> None:
    found("fault")
    page = text(nora)
    assert "The webhook is gone." in page
    assert "Make a new one." in page


def test_it_is_said_in_the_language_of_who_reads_it(nora: Client) -> None:
    found("fault")
    page = nora.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert "Plus de webhook." in page
    assert "The webhook is gone." not in page


def test_where_all_is_well_one_line_says_so(nora: Client) -> None:
    found("ok")
    page = text(nora)
    assert "All is well. Last look:" in page
    assert "The webhook is gone." not in page


def test_what_has_a_panel_of_its_own_is_not_said_twice(nora: Client) -> None:
    found("fault", "mount:/mnt/studio")
    assert "The webhook is gone." not in text(nora)


def test_what_only_an_administrator_can_mend_alarms_nobody_else(nora: Client) -> None:
    found("warning", "configuration:postflow.W004")
    page = text(nora)
    assert "The webhook is gone." not in page
    assert page.index("Watched folders</h2>") < page.index("The installed SQLite can")
    assert "All is well. Last look:" in page
    User.objects.update(is_superuser=False)
    User.objects.get().user_permissions.set(Permission.objects.filter(codename__startswith="view"))
    assert "The installed SQLite can" not in text(nora)
    assert "All is well. Last look:" in text(nora)


def test_what_nobody_has_looked_at_for_long_is_not_called_well(nora: Client) -> None:
    found("ok", minutes=20)
    page = text(nora)
    assert "Nobody has looked for a while" in page
    assert "All is well" not in page


def test_who_may_not_see_findings_sees_none(paul: Client) -> None:
    found("fault")
    assert "The webhook is gone." not in text(paul)


def test_progress_has_a_new_version_when_something_has_broken(nora: Client) -> None:
    first = nora.get("/admin/progress.json").json()["version"]
    found("fault")
    assert nora.get("/admin/progress.json").json()["version"] != first


def test_there_are_no_rooms_by_app(nora: Client) -> None:
    assert b"Arrived today" in nora.get("/admin/pipeline/").content
