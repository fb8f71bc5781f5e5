"""What a post supervisor looks at twenty times a day: what holds things up, and what mends it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from frameio.models import Account
from pipeline.models import (
    Delivery,
    JobEvent,
    NamingRule,
    Project,
    UploadJob,
    WatchedFolder,
    Watcher,
)
from tests.admin.conftest import MakeJob, State
from tests.admin.test_moving_jobs import messages_of

LIST = "/admin/pipeline/uploadjob/"


# --- What holds things up -------------------------------------------------------------------------


def test_a_login_that_is_due_and_a_mount_that_is_away_come_first(
    account: Account, folder: WatchedFolder, nora: Client
) -> None:
    Account.objects.update(needs_login=True)
    WatchedFolder.objects.update(state_reason="The mount does not answer.")
    page = nora.get("/").content.decode()
    needs = page[page.index('id="needs"') : page.index('id="running"')]
    assert "The mount does not answer." in needs
    assert f'href="/admin/pipeline/watchedfolder/{folder.pk}/change/"' in needs
    assert f'href="/frameio/connect?account={account.pk}"' in needs
    assert nora.get("/").context["needs_count"] == len(nora.get("/").context["troubles"])
    assert "/retry/" not in needs


def test_a_file_of_a_folder_that_is_away_goes_on_by_itself(
    make_job: MakeJob, folder: WatchedFolder, nora: Client
) -> None:
    make_job(State.WAITING, hold="file")
    WatchedFolder.objects.update(online=True)
    assert nora.get("/").context["needs"][0].remedy.label == "Send again"
    WatchedFolder.objects.update(online=False)
    assert nora.get("/").context["needs"][0].remedy is None


def test_who_may_not_see_folders_and_accounts_is_not_told_of_them(
    account: Account, folder: WatchedFolder, paul: Client
) -> None:
    Account.objects.update(needs_login=True)
    assert paul.get("/").context["troubles"] == []


def test_folders_that_nobody_watches_are_a_trouble(folder: WatchedFolder, nora: Client) -> None:
    WatchedFolder.objects.update(online=True)
    assert "No watcher is running." in nora.get("/").content.decode()
    watcher = Watcher.objects.create(node="studio/1/1")
    WatchedFolder.objects.update(watcher=watcher)
    assert nora.get("/").context["troubles"] == []


def test_queued_uploads_that_no_process_takes_are_a_trouble(
    make_job: MakeJob, paul: Client
) -> None:
    make_job(State.PENDING)
    assert "no process takes them" in paul.get("/").content.decode()


@pytest.mark.parametrize(
    ("hold", "button"),
    [
        ("name", "/admin/pipeline/uploadjob/{job}/again/"),
        ("project", "/admin/pipeline/project/{project}/change/"),
        ("account", "/frameio/connect?account={account}"),
        ("file", "/admin/pipeline/uploadjob/{job}/retry/"),
    ],
)
def test_each_hold_has_the_button_that_mends_it(
    hold: str, button: str, make_job: MakeJob, account: Account, nora: Client
) -> None:
    WatchedFolder.objects.update(online=True)
    job = make_job(State.WAITING, hold=hold)
    url = button.format(job=job.pk, project=job.project_id, account=account.pk)
    assert url in nora.get("/").content.decode()


def test_a_name_that_no_rule_reads_leads_to_the_held_names(make_job: MakeJob, nora: Client) -> None:
    make_job(State.WAITING, "final.mov", hold="name")
    UploadJob.objects.update(rule=None)
    assert f'href="{LIST}held/"' in nora.get("/").content.decode()


# --- Thirty days, and Discord ---------------------------------------------------------------------


def test_the_chart_shows_what_arrived_and_what_failed(make_job: MakeJob, nora: Client) -> None:
    now = timezone.now()
    make_job(State.DONE, finished_at=now)
    make_job(State.DONE, finished_at=now - timedelta(days=29))
    make_job(State.FAILED, finished_at=now - timedelta(days=3))
    make_job(State.DONE, finished_at=now - timedelta(days=31))
    chart = nora.get("/").context["chart"]
    assert chart.summary == "2 files arrived (2.0 kB), 1 failed"
    assert [
        (n, d.arrived, d.failed) for n, d in enumerate(chart.days) if d.arrived or d.failed
    ] == [
        (0, 1, 0),
        (26, 0, 1),
        (29, 1, 0),
    ]


def test_what_ends_today_is_in_the_chart_at_once(make_job: MakeJob, nora: Client) -> None:
    make_job(State.DONE, finished_at=timezone.now())
    nora.get("/")
    make_job(State.DONE, finished_at=timezone.now())
    assert nora.get("/").context["chart"].days[-1].arrived == 2


def test_there_is_no_chart_of_nothing(nora: Client) -> None:
    assert nora.get("/").context["chart"] is None


def test_a_card_that_did_not_reach_discord_is_told(make_job: MakeJob, nora: Client) -> None:
    assert "No channel is set" in nora.get("/").content.decode()
    why = "The team was not told: Discord knows no such webhook."
    JobEvent.objects.create(job=make_job(State.DONE), state="done", who="notifications", why=why)
    assert why in nora.get("/").content.decode()


# --- The list -------------------------------------------------------------------------------------


def test_the_tab_of_a_list_is_called_as_the_list(make_job: MakeJob, nora: Client) -> None:
    assert "<title>Uploads · PostFlow</title>" in nora.get(LIST).content.decode()


def test_the_tabs_count_what_is_still_to_happen(make_job: MakeJob, nora: Client) -> None:
    [make_job(state) for state in (State.FAILED, State.WAITING, State.PENDING, State.DONE)]
    page = nora.get(LIST).content.decode()
    assert 'Needs a person <b class="count is-failed">2</b>' in page
    assert 'Queued <b class="count is-pending">1</b>' in page
    assert ">Arrived</a>" in page


def test_scenes_are_those_of_the_project_and_filter_by_it(make_job: MakeJob, nora: Client) -> None:
    other = Project.objects.create(code="KSTRL", name="Kestrel")
    make_job(State.DONE, "one.mov", fields={"scene": "SC010"})
    make_job(State.DONE, "two.mov", fields={"scene": "SC020"})
    kestrel = make_job(State.DONE, "three.mov", fields={"scene": "SC900"}, project_id=other.pk)
    page = nora.get(f"{LIST}?project__id__exact={kestrel.project_id}").content.decode()
    assert "scene=SC900" in page
    assert "scene=SC010" not in page
    found = nora.get(f"{LIST}?scene=SC020").context["cl"].result_list
    assert [job.name for job in found] == ["two.mov"]


@pytest.mark.parametrize("query", ["one.mov", "SH0777", "1/one"])
def test_search_finds_by_name_shot_and_path(query: str, make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.DONE, "one.mov", fields={"shot": "SH0777"})
    make_job(State.DONE, "two.mov")
    assert list(nora.get(LIST, {"q": query}).context["cl"].result_list) == [job]


def test_each_value_knows_its_columns_name(make_job: MakeJob, nora: Client) -> None:
    make_job(State.FAILED, "<b>.mov", reason="x")
    page = nora.get(LIST).content.decode()
    assert '<td data-label="State" class="field-badge">' in page
    assert "<b>.mov" not in page


# --- One upload -----------------------------------------------------------------------------------


def test_its_page_leads_to_its_file_and_back(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.DONE)
    file = f"/admin/pipeline/sourcefile/{job.source_id}/change/"
    assert file in nora.get(job.get_absolute_url()).content.decode()
    assert job.get_absolute_url() in nora.get(file).content.decode()


def test_it_tells_how_many_parts_are_there(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.FAILED)
    job.deliveries.update(memory={"sent": "b0"})
    assert "3 parts are there" in nora.get(job.get_absolute_url()).content.decode()


def test_its_priority_is_changed_by_a_button(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.PENDING)
    nora.post(f"{LIST}{job.pk}/rank/", {"rank": "10"})
    job.refresh_from_db()
    assert job.priority == 10
    assert nora.post(f"{LIST}{job.pk}/rank/", {"rank": "11"}).status_code == 404


# --- Again, with other fields ---------------------------------------------------------------------


def test_a_name_that_fits_no_rule_goes_where_a_person_says(
    make_job: MakeJob, project: Project, nora: Client
) -> None:
    job = make_job(State.WAITING, "final.mov", hold="name", fields={})
    form = {"project": project.pk, "field-shot": "SH0010", "folder": "SC010/SH0010"}
    answer = nora.post(f"{LIST}{job.pk}/again/", form)
    assert answer.headers["Location"] == job.get_absolute_url()
    job.refresh_from_db()
    assert (job.state, job.destination) == (State.PENDING, ["SC010", "SH0010"])
    assert job.overrides == {"shot": "SH0010", "folder": "SC010/SH0010", "project": "UNDLM"}
    event = job.events.last()
    assert event is not None
    assert (event.who, "shot SH0010" in event.why) == ("nora", True)


def test_only_what_the_name_does_not_say_counts_as_given(
    make_job: MakeJob, rule: NamingRule, nora: Client
) -> None:
    job = make_job(State.FAILED, "UNDLM_SC010_SH0010_comp_v003.mov", attempts=7)
    form = {"field-scene": "SC010", "field-shot": "SH0099", "field-task": "comp", "folder": ""}
    nora.post(f"{LIST}{job.pk}/again/", form)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.overrides) == (State.PENDING, 0, {"shot": "SH0099"})
    assert job.destination == ["SC010", "SH0099", "comp"]


def test_what_cannot_be_placed_says_why_and_moves_nothing(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.WAITING, "final.mov", hold="name")
    answer = nora.post(f"{LIST}{job.pk}/again/", {"field-shot": "SH0010"})
    assert "final.mov" in answer.content.decode()
    assert "errorlist nonfield" in answer.content.decode()
    assert UploadJob.objects.get().state == State.WAITING


def test_what_is_on_its_way_is_not_sent_elsewhere(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.RUNNING)
    answer = nora.post(f"{LIST}{job.pk}/again/", {"field-shot": "SH0099"})
    assert "cannot be sent again: it is uploading" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, job.overrides) == (State.RUNNING, {})


def test_a_half_file_of_another_account_is_not_left_behind(make_job: MakeJob, nora: Client) -> None:
    other = Project.objects.create(code="KSTRL", name="Kestrel", frameio_account=99)
    job = make_job(State.FAILED)
    answer = nora.post(f"{LIST}{job.pk}/again/", {"project": other.pk, "folder": "A"})
    assert "through another account" in answer.content.decode()
    assert messages_of(answer) == []


def test_what_has_arrived_in_part_is_not_sent_elsewhere(
    make_job: MakeJob, rule: NamingRule, nora: Client
) -> None:
    job = make_job(State.FAILED, "UNDLM_SC010_SH0010_comp_v003.mov")
    Delivery.objects.update(done=True, memory={})
    answer = nora.post(f"{LIST}{job.pk}/again/", {"folder": "A"})
    assert "It has arrived at one of its places" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, job.overrides) == (State.FAILED, {})


def test_who_may_only_look_sends_nothing_elsewhere(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.FAILED)
    assert paul.get(f"{LIST}{job.pk}/again/").status_code == 403
    assert paul.post(f"{LIST}{job.pk}/rank/", {"rank": "10"}).status_code == 403
