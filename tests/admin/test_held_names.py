"""Files whose names no rule reads: why, and how a person lets them go."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from pipeline import intake, quarantine
from pipeline.admin.held_names import Group, Miscoded, Misspelt, groups
from pipeline.models import JobEvent, NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from pipeline.naming import Slip
from pipeline.routing import Route
from tests.admin.test_moving_jobs import messages_of

LIST = "/admin/pipeline/uploadjob/held/"
SEND = f"{LIST}send/"
State = UploadJob.State


@pytest.fixture
def rule(project: Project) -> NamingRule:
    return NamingRule.objects.create(
        name="By shot",
        template="{project}_{shot:5d}_{task:anim|comp|light}_v{version:3d}.{ext}",
        folder_template="{shot}/{task}",
    )


def came_in(name: str, folder: WatchedFolder | None = None) -> UploadJob:
    source = SourceFile.objects.create(
        folder=folder, key=f"/in/{name}", raw_path=name.encode(), size=7, mtime_ns=1, state="taken"
    )
    return intake.take_in(source, project=folder.project if folder else None, who="watcher")


def sorted_out() -> dict[str, list[Group]]:
    return groups(quarantine.sort(quarantine.held()))


def last_line(job: UploadJob) -> JobEvent:
    return job.events.order_by("-id")[0]


# --- Sorted by what would let them go -------------------------------------------------------------
def test_those_with_the_same_slip_stand_together(rule: NamingRule) -> None:
    for number in (1, 2):
        came_in(f"UNDLM_0000{number}_amin_v001.mov")
    came_in("UNDLM_00003_lihgt_v001.mov")
    first, second = sorted_out()["misspelt"]
    assert first.key == Misspelt(rule, Slip("task", "amin", "anim"))
    assert (len(first.rows), len(second.rows)) == (2, 1)


def test_what_two_rules_read_names_both(rule: NamingRule) -> None:
    loose = NamingRule.objects.create(
        name="Loose", template="{project}_{a}_{b}_v{version}.{ext}", folder_template="{a}"
    )
    came_in("UNDLM_00412_anim_v003.mov")
    (group,) = sorted_out()["several"]
    assert group.key == (rule, loose)


def test_an_unknown_project_is_named(rule: NamingRule) -> None:
    came_in("NEW_00412_anim_v003.mov")
    (group,) = sorted_out()["unknown"]
    assert group.key == "NEW"


def test_a_name_is_put_beside_the_rule_it_is_nearest_to(rule: NamingRule) -> None:
    NamingRule.objects.create(name="Reel", template="{reel:4d}.{ext}", folder_template="")
    came_in("UNDLM_412_anim_v003.mov")
    came_in("!!!")
    assert {group.key for group in sorted_out()["unread"]} == {rule, ""}


def test_each_upload_stands_in_one_group(rule: NamingRule) -> None:
    for name in ("UNDLM_00001_amin_v001.mov", "NEW_00412_anim_v003.mov", "holiday.mov"):
        came_in(name)
    found = [one.job.name for all_ in sorted_out().values() for group in all_ for one in group.rows]
    assert sorted(found) == sorted(set(found))
    assert len(found) == 3


def test_what_was_read_and_is_held_for_its_project_is_not_here(rule: NamingRule) -> None:
    job = came_in("UNDLM_00412_anim_v003.mov")
    UploadJob.objects.filter(pk=job.pk).update(rule=rule, state=State.WAITING, hold="project")
    assert not quarantine.held().exists()


def test_sorting_ends_when_its_time_is_over(rule: NamingRule) -> None:
    came_in("a.mov")
    came_in("b.mov")
    clock = iter([0.0, 1.0, 60.0]).__next__
    assert len(quarantine.sort(quarantine.held(), clock)) == 1


# --- Let go ---------------------------------------------------------------------------------------
def test_a_slip_is_mended_for_all_that_have_it(rule: NamingRule, nora: Client) -> None:
    jobs = [came_in(f"UNDLM_0000{number}_amin_v001.mov") for number in (1, 2)]
    slip = {"rule": str(rule.pk), "token": "task", "text": "amin", "meant": "anim"}
    answer = nora.post(SEND, {"pk": [job.pk for job in jobs], **slip})
    assert messages_of(answer) == ["2 uploads are queued."]
    for number, job in enumerate(jobs, 1):
        job.refresh_from_db()
        assert (job.state, job.hold, job.reason, job.rule) == ("pending", "", "", rule)
        assert (job.destination, job.version) == ([f"0000{number}", "anim"], 1)
        assert job.overrides["task"] == job.fields["task"] == "anim"
        assert (last_line(job).who, last_line(job).state) == ("nora", "pending")
        assert "task anim" in last_line(job).why


def test_a_slip_that_is_another_by_now_is_refused(rule: NamingRule, nora: Client) -> None:
    job = came_in("UNDLM_00001_amin_v001.mov")
    slip = {"rule": str(rule.pk), "token": "task", "text": "amin", "meant": "comp"}
    answer = nora.post(SEND, {"pk": [job.pk], **slip})
    assert "read otherwise by now" in messages_of(answer)[0]
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_what_the_rules_read_by_now_is_sent(rule: NamingRule, nora: Client) -> None:
    job, other = came_in("00412.mov"), came_in("holiday.mov")
    NamingRule.objects.create(name="Bare", template="{shot:5d}.{ext}", folder_template="{shot}")
    (group,) = sorted_out()["ready"]
    assert [one.job for one in group.rows] == [job]
    nora.post(SEND, {"pk": [job.pk, other.pk]})
    job.refresh_from_db()
    other.refresh_from_db()
    assert (job.state, other.state) == (State.PENDING, State.WAITING)
    assert last_line(job).why == "the naming rules read it now"


def test_of_two_who_send_it_one_is_told_so(rule: NamingRule, project: Project) -> None:
    job = came_in("UNDLM_00001_amin_v001.mov")
    (one,) = quarantine.sort([job])
    quarantine.mend(one, "nora")
    with pytest.raises(Exception, match="is not held for its name any more"):
        quarantine.mend(one, "paul")
    assert job.events.count() == 2


# --- By hand --------------------------------------------------------------------------------------
def by_hand(job: UploadJob) -> str:
    return f"/admin/pipeline/uploadjob/{job.pk}/by-hand/"


def test_the_form_is_filled_with_what_could_be_read(rule: NamingRule, nora: Client) -> None:
    job = came_in("UNDLM_412_amin_v003.mov")
    form = nora.get(by_hand(job)).context["form"]
    initial = {name: form[name].initial for name in form.fields}
    assert initial["field-shot"] == "00412"
    assert form["field-shot"].help_text == "Exactly 5 digits. The name says “412”."
    assert (initial["field-task"], initial["field-version"]) == ("anim", "003")


def test_fields_by_hand_send_it_to_the_rules_folders(
    rule: NamingRule, project: Project, nora: Client
) -> None:
    job = came_in("final final.mov")
    said = {"field-shot": "00412", "field-task": "comp", "field-version": "007", "field-ext": "mov"}
    nora.post(by_hand(job), {"project": project.pk, **said})
    job.refresh_from_db()
    assert (job.state, job.project, job.rule) == (State.PENDING, project, rule)
    assert (job.destination, job.version) == (["00412", "comp"], 7)
    assert job.fields == {
        "project": "UNDLM",
        "shot": "00412",
        "task": "comp",
        "version": "007",
        "ext": "mov",
    }
    assert last_line(job).who == "nora"
    assert "shot 00412" in last_line(job).why


def test_what_the_rule_would_not_read_is_refused_at_its_field(
    rule: NamingRule, project: Project, nora: Client
) -> None:
    job = came_in("final final.mov")
    answer = nora.post(by_hand(job), {"project": project.pk, "field-shot": "412"})
    assert answer.context["form"].errors == {
        "field-shot": [
            "“412” does not fit: the rule needs exactly 5 digits here. Is “00412” meant?"
        ],
        "field-task": ["It is missing: the rule needs one of anim, comp, light here."],
        "field-version": ["It is missing: the rule needs exactly 3 digits here."],
        "field-ext": ["It is missing: the rule needs letters and digits here."],
    }
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_where_it_goes_is_told_before_it_is_sent(
    rule: NamingRule, project: Project, nora: Client
) -> None:
    job = came_in("UNDLM_412_amin_v003.mov")
    box = nora.get(by_hand(job)).context["filled"].route
    assert (box.destination, box.version) == (("00412", "anim"), 3)
    said = {"field-shot": "00413", "field-task": "comp", "field-version": "007", "field-ext": "mov"}
    look = nora.post(by_hand(job), {"project": project.pk, "look": "1", **said}).content.decode()
    assert "<b>00413</b> / <b>comp</b>" in look
    assert "version 7" in look
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_the_rules_of_the_folders_project_come_first(
    rule: NamingRule, project: Project, nora: Client
) -> None:
    own = NamingRule.objects.create(
        name="Own",
        project=project,
        template="{project}_{scene:3d}_v{version}.{ext}",
        folder_template="{scene}",
        position=900,
    )
    folder = WatchedFolder.objects.create(path="/in", project=project)
    job = came_in("final_test.mov", folder)
    page = nora.get(by_hand(job))
    assert (page.context["own"], page.context["others"]) == ([own], [rule])
    assert page.context["rule"] == own
    (group,) = sorted_out()["unread"]
    (one,) = group.rows
    assert group.key == ""
    assert [told.rule for told in one.told] == [own]
    assert [told.rule for told in one.told_besides] == [rule]
    assert "final_test.mov" not in one.told[0].why


def test_a_mistyped_project_code_is_mended_by_one_button(
    rule: NamingRule, project: Project, nora: Client
) -> None:
    folder = WatchedFolder.objects.create(path="/in", project=project)
    job = came_in("UNDLMM_00412_anim_v003.mov", folder)
    (group,) = sorted_out()["elsewhere"]
    assert group.key == Miscoded("UNDLMM", project)
    assert "Send it as UNDLM" in nora.get(LIST).content.decode()
    nora.post(SEND, {"pk": job.pk, "as": project.pk + 1})
    assert UploadJob.objects.get().state == State.WAITING
    nora.post(SEND, {"pk": job.pk, "as": project.pk})
    job.refresh_from_db()
    assert (job.state, job.rule, job.version) == (State.PENDING, rule, 3)
    assert (job.fields["project"], job.destination) == ("UNDLM", ["00412", "anim"])
    assert job.filled_in_by == "nora"


def test_what_nobody_wants_is_left(rule: NamingRule, project: Project, nora: Client) -> None:
    folder = WatchedFolder.objects.create(path="/in", project=project)
    job = came_in("final_test.mov", folder)
    nora.post(f"{LIST}leave/", {"pk": job.pk})
    job.refresh_from_db()
    assert (job.state, job.reason) == (State.CANCELLED, "left where it is, by nora")
    assert job.source.state == SourceFile.State.IGNORED
    assert not quarantine.held().exists()
    nora.post(f"{LIST}leave/", {"pk": job.pk})
    assert job.events.filter(who="nora").count() == 1


def test_a_rule_for_all_is_not_mended_unawares(rule: NamingRule, nora: Client) -> None:
    came_in("UNDLM_412_anim_v003.mov")
    assert "By shot serves every project." in nora.get(LIST).content.decode()


def test_a_project_with_a_code_like_the_names_is_suggested(
    rule: NamingRule, project: Project, nora: Client
) -> None:
    Project.objects.create(code="KESTREL", name="Kestrel")
    job = came_in("UNDML_00412_anim_v003.mov")
    assert nora.get(by_hand(job)).context["form"].initial["project"] == project


def test_without_a_rule_the_page_says_to_make_one(project: Project, nora: Client) -> None:
    job = came_in("a.mov")
    assert "Make one first" in nora.get(by_hand(job)).content.decode()


def test_a_broken_rule_is_not_offered(rule: NamingRule, nora: Client) -> None:
    broken = NamingRule.objects.create(name="Broken", template="{project")
    job = came_in("a.mov")
    assert broken not in nora.get(by_hand(job)).context["others"]


# --- Pages, and who may see them ------------------------------------------------------------------
def test_the_page_shows_each_group(rule: NamingRule, nora: Client) -> None:
    for name in ("UNDLM_00001_amin_v001.mov", "NEW_00412_anim_v003.mov", "holiday.mov"):
        came_in(name)
    page = nora.get(LIST).content.decode()
    assert "is “anim” meant?" in page
    assert "There is no project NEW" in page
    assert "holiday.mov" in page


def test_nothing_held_is_said(nora: Client) -> None:
    assert "No file is held for its name." in nora.get(LIST).content.decode()


def test_who_may_only_look_sends_nothing(
    rule: NamingRule, paul: Client, charlie: Client, anyone: Client
) -> None:
    job = came_in("UNDLM_00001_amin_v001.mov")
    assert paul.get(LIST).status_code == 200
    assert paul.post(SEND, {"pk": [job.pk]}).status_code == 403
    assert paul.get(by_hand(job)).status_code == 403
    assert charlie.get(LIST).status_code == 403
    assert anyone.get(LIST).status_code == 302


def test_sending_needs_a_post(nora: Client) -> None:
    assert nora.get(SEND).status_code == 405


def test_html_in_a_name_is_text(rule: NamingRule, nora: Client) -> None:
    job = came_in("<script>alert(1)<")
    assert "<script>alert(1)" not in nora.get(LIST).content.decode()
    assert "<script>alert(1)" not in nora.get(by_hand(job)).content.decode()


# --- The same reason wherever it is shown ---------------------------------------------------------
def test_the_reason_is_said_in_the_readers_language_and_by_the_rules_of_now(
    rule: NamingRule, nora: Client
) -> None:
    job = came_in("UNDLM_412_comp_v001.mov")
    UploadJob.objects.filter(pk=job.pk).update(reason="As it was said once.")
    pages = ["/", "/admin/pipeline/uploadjob/", job.get_absolute_url()]
    for page in pages:
        shown = nora.get(page, headers={"Accept-Language": "fr"}).content.decode()
        assert "UNDLM_#####_comp_v001.mov" in shown
        assert "attendu" in shown
    rule.template = rule.template.replace("5d", "3d")
    rule.save()
    for page in pages:
        assert "The naming rules read it now." in nora.get(page).content.decode()
    job.refresh_from_db()
    assert job.reason == "As it was said once."


def test_other_reasons_stay_as_they_are(rule: NamingRule, nora: Client) -> None:
    job = came_in("UNDLM_00412_comp_v001.mov")
    UploadJob.objects.filter(pk=job.pk).update(
        state=State.WAITING, hold="account", reason="No login."
    )
    assert "No login." in nora.get("/").content.decode()


# --- After a rule was saved -----------------------------------------------------------------------
FORM = {
    "name": "Bare",
    "position": "100",
    "active": "on",
    "template": "{shot:5d}.{ext}",
    "folder_template": "{shot}",
    "project": "",
    "new_projects_like": "",
}


def test_saving_a_rule_offers_to_send_what_it_reads(project: Project, nora: Client) -> None:
    for name in ("00001.mov", "00002.mov", "holiday.mov"):
        came_in(name)
    said = messages_of(nora.post("/admin/pipeline/namingrule/add/", FORM))[-1]
    assert "3 files are held for their names. The rules read 2 now." in said
    assert f'<a class="button plain" href="{LIST}">Send them?</a>' in said


def test_saving_a_rule_that_reads_none_says_so(project: Project, nora: Client) -> None:
    came_in("holiday.mov")
    said = messages_of(nora.post("/admin/pipeline/namingrule/add/", FORM))[-1]
    assert "1 file is held for its name. The rules read none of them yet." in said


def test_saving_a_rule_offers_nothing_to_who_may_not_send(project: Project) -> None:
    came_in("00001.mov")
    user = User.objects.create_user("rita", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="add_namingrule"))
    client = Client()
    client.force_login(user)
    assert len(messages_of(client.post("/admin/pipeline/namingrule/add/", FORM))) == 1


def test_a_name_is_looked_at_with_what_was_given_by_hand(rule: NamingRule) -> None:
    job = came_in("NEW_00412_anim_v003.mov")
    job.overrides = {"project": "UNDLM", "folder": "Client"}
    (one,) = quarantine.sort([job])
    assert isinstance(one.now, Route)
    assert one.now.destination == ("Client",)
