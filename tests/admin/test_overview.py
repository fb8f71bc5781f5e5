from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from frameio.models import Account
from pipeline.models import HealthFinding, NamingRule, Project, UploadJob, WatchedFolder
from tests.admin.conftest import MakeJob, State


def text(client: Client) -> str:
    return client.get("/").content.decode()


def test_a_fresh_place_shows_the_first_step(nora: Client) -> None:
    page = text(nora)
    assert "Five steps to the first arrival" in page
    assert page.index('aria-current="step"') < page.index("Connect Frame.io")
    assert 'href="/frameio/connect"' in page


def test_the_next_step_is_the_first_that_is_not_done(account: Account, nora: Client) -> None:
    steps = nora.get("/").context["steps"]
    assert [step.done for step in steps] == [True, False, False, False, False]
    assert [step.current for step in steps] == [False, True, False, False, False]


def test_the_last_step_is_dropping_a_file(
    folder: WatchedFolder, rule: NamingRule, nora: Client
) -> None:
    assert [step.current for step in nora.get("/").context["steps"]][-1]


def test_the_steps_are_gone_after_the_first_arrival(make_job: MakeJob, nora: Client) -> None:
    make_job(State.DONE)
    assert "Five steps" not in text(nora)


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


def test_a_folder_that_is_away_says_why(folder: WatchedFolder, nora: Client) -> None:
    WatchedFolder.objects.update(state_reason="The mount does not answer.")
    page = text(nora)
    assert "The mount does not answer." in page
    assert "offline" in page


def test_the_overview_asks_no_more_of_the_database_when_there_is_more(
    make_job: MakeJob, nora: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    [make_job(state) for state in State for _i in range(5)]
    with django_assert_max_num_queries(31):
        nora.get("/")


def test_progress_tells_what_is_going_up(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.RUNNING, bytes_sent=250)
    make_job(State.FAILED)
    make_job(State.WAITING)
    told = nora.get("/admin/progress.json").json()
    assert told["running"] == [{"id": job.pk, "sent": 250, "size": 1000}]
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
    ]
    assert [nora.get(url).status_code for url in urls] == [405, 200, 302, 405]
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
