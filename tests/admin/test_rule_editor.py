"""The rule's form: examples, tokens, what routing says of a name, and the back-test."""

import html
import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from pipeline.admin.starters import STARTERS, Starter
from pipeline.admin.tried_rules import form_of
from pipeline.models import NamingRule, Project, SourceFile, WatchedFolder
from pipeline.naming import Rule
from pipeline.roles import Role
from tests.admin.test_moving_jobs import messages_of
from tests.admin.test_trying_names import RULE, ask

PROPOSE = "/admin/pipeline/namingrule/propose/"
RUN = "/admin/pipeline/namingrule/back-test/"
ADD = "/admin/pipeline/namingrule/add/"
NAME = "UNDLM_SC010_SH0020_comp_v003.mov"


def run(client: Client, **form: str) -> str:
    asked = {**RULE, "active": "on", "position": "100", "script": "1", "over": "names", **form}
    answer = client.post(RUN, asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# --- What routing would say -----------------------------------------------------------------------
def test_a_name_is_told_where_it_goes(nora: Client, project: Project) -> None:
    (name,) = ask(nora, names=NAME)["names"]
    assert (name["goes"], name["held"]) == ("UNDLM / SC010 / SH0020", "")


def test_an_unknown_project_is_told(nora: Client, project: Project) -> None:
    (name,) = ask(nora, names=NAME.replace("UNDLM", "NEW"))["names"]
    assert name["ok"]
    assert name["held"] == "There is no project NEW. There is: UNDLM."


def test_another_rule_that_fits_is_told(nora: Client, project: Project) -> None:
    NamingRule.objects.create(name="Other", folder_template="Elsewhere")
    (name,) = ask(nora, names=NAME, name="New")["names"]
    assert "fits more than one rule" in str(name["held"])
    assert "Other, New" in str(name["held"])


def test_a_rule_that_goes_before_is_told(nora: Client, rule: NamingRule) -> None:
    (name,) = ask(nora, names=NAME)["names"]
    assert name["held"] == (
        "The rule Episodic goes before this one, and sends it to UNDLM / SC010 / SH0020 / comp."
    )


def test_a_saved_rule_is_no_rival_of_its_own_change(nora: Client, rule: NamingRule) -> None:
    own = {"rule": str(rule.pk), "project": str(rule.project_id)}
    (name,) = ask(nora, names=NAME, **own)["names"]
    assert (name["goes"], name["held"]) == ("UNDLM / SC010 / SH0020", "")


# --- The back-test --------------------------------------------------------------------------------
def test_pasted_names_are_run_over(nora: Client, rule: NamingRule) -> None:
    own = {"rule": str(rule.pk), "project": str(rule.project_id)}
    page = run(nora, names=f"{NAME}\nholiday.mov", **own)
    assert "This rule reads 1 of 2 files." in page
    assert "UNDLM / SC010 / SH0020 / comp" in page
    assert "Changed" in page
    assert "Still held" in page


def test_of_what_no_rule_reads_it_is_told_what_this_one_says(
    nora: Client, rule: NamingRule
) -> None:
    page = run(nora, name="New", template="{shot:4d}.{ext}", folder_template="", names="12.mov")
    assert "&quot;12&quot; at its start does not fit as shot" in page
    assert "fits none of" not in page


def test_only_what_there_is_is_counted(nora: Client, rule: NamingRule) -> None:
    own = {"rule": str(rule.pk), "project": str(rule.project_id)}
    assert "where it went" not in run(nora, names="holiday.mov", **own)
    same = {"template": rule.template, "folder_template": rule.folder_template}
    page = run(nora, names=NAME, **same, **own)
    assert "This rule reads 1 of 1 file. </p>" in page
    assert "Nothing would change for these files." in page


def test_the_files_of_the_ledger_are_run_over(
    nora: Client, rule: NamingRule, folder: WatchedFolder
) -> None:
    SourceFile.objects.create(
        folder=folder, key=f"a/{NAME}", raw_path=b"a", size=1, mtime_ns=1, state="taken"
    )
    own = {"rule": str(rule.pk), "project": str(rule.project_id)}
    page = run(nora, over="7", template="{project}_{shot}.{ext}", folder_template="", **own)
    assert "Newly lost" in page
    assert NAME in page


def test_nothing_is_saved(nora: Client, rule: NamingRule) -> None:
    before = list(NamingRule.objects.values())
    run(nora, names=NAME, rule=str(rule.pk))
    assert list(NamingRule.objects.values()) == before


def test_the_folders_are_drawn_as_a_tree(nora: Client, project: Project) -> None:
    page = run(nora, names=f"{NAME}\n{NAME.replace('0020', '0030')}")
    assert '<span>SC010</span> <span class="quiet">2</span>' in page
    assert '<span>SH0030</span> <span class="quiet">1</span>' in page


def test_no_files_are_said(nora: Client) -> None:
    assert "There are no files to run it over." in run(nora, over="7")


def test_a_wrong_template_is_an_answer(nora: Client) -> None:
    assert '<p class="callout is-failed"><b>Template:</b>' in run(nora, template="{project")
    assert "<b>Folders on Frame.io:</b>" in run(nora, folder_template="{reel}")


def test_an_inactive_rule_is_said_to_be_so(nora: Client, rule: NamingRule) -> None:
    assert "The rule is not active" in run(nora, names=NAME, active="")


def test_it_answers_with_a_page_where_there_is_no_script(nora: Client, project: Project) -> None:
    page = nora.post(RUN, {**RULE, "active": "on", "over": "names", "names": NAME})
    assert "<title>" in page.content.decode()


def test_html_in_a_name_is_text_in_the_answer(nora: Client, project: Project) -> None:
    assert "<script>alert(1)" not in run(nora, names="<script>alert(1)<.mov")


def test_who_may_see_no_rules_may_run_none(paul: Client, anyone: Client) -> None:
    assert paul.post(RUN, RULE).status_code == 403
    assert anyone.post(RUN, RULE).status_code == 302


def test_who_may_only_look_runs_the_rule_as_it_is_saved(rule: NamingRule) -> None:
    user = User.objects.create_user("omar", is_staff=True)
    user.groups.add(Group.objects.get(name=Role.OPERATOR))
    omar = Client()
    omar.force_login(user)
    page = omar.get(f"/admin/pipeline/namingrule/{rule.pk}/change/").content.decode()
    form = dict(re.findall('<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page))
    assert "/history/" in page
    assert 'id="token-help"' not in page
    answer = omar.post(RUN, {**form, "over": "names", "names": NAME, "script": "1"})
    assert "This rule reads 1 of 1 file." in answer.content.decode()
    assert ask(omar, **form, names=NAME)["names"][0]["ok"]


# --- Saved ----------------------------------------------------------------------------------------
def saved(client: Client, rule: NamingRule, **columns: str) -> list[str]:
    page = f"/admin/pipeline/namingrule/{rule.pk}/change/"
    return messages_of(client.post(page, {**form_of(rule), **columns}))


@pytest.fixture
def came_in(folder: WatchedFolder) -> None:
    for number in (1, 2):
        name = f"UNDLM_SC010_SH00{number}0_comp_v003.mov"
        SourceFile.objects.create(
            folder=folder, key=name, raw_path=b"a", size=1, mtime_ns=1, state="taken"
        )


def test_a_rule_that_disagrees_with_another_is_saved_with_a_warning(
    nora: Client, rule: NamingRule, came_in: None
) -> None:
    other = NamingRule.objects.create(name="Other", project=rule.project, folder_template="Else")
    (_done, warning) = saved(nora, other)
    assert "Of the newest 2 files, 2 are read differently by Episodic." in warning
    assert f'href="/admin/pipeline/namingrule/{other.pk}/change/#back-test"' in warning


@pytest.mark.parametrize("columns", [{"folder_template": "{scene}/{shot}/{task}"}, {"active": ""}])
def test_a_rule_that_holds_nothing_is_saved_without_one(
    nora: Client, rule: NamingRule, came_in: None, columns: dict[str, str]
) -> None:
    other = NamingRule.objects.create(name="Other", project=rule.project, folder_template="Else")
    assert len(saved(nora, other, **columns)) == 1


def test_names_that_come_along_are_what_it_is_run_over(nora: Client, rule: NamingRule) -> None:
    page = f"/admin/pipeline/namingrule/{rule.pk}/change/"
    assert '<option value="30" selected>' in nora.get(page).content.decode()
    assert " selected>the files" not in nora.get(f"{page}?names=a.mov").content.decode()


# --- Examples and tokens --------------------------------------------------------------------------
@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.template)
def test_each_example_reads_its_name(starter: Starter) -> None:
    assert Rule(starter.template, starter.folders).parse(starter.sample).folders


def test_examples_are_names_of_a_project_that_is_there(project: Project, nora: Client) -> None:
    """Or the try box would say of PostFlow's own example that there is no such project."""
    whichever = nora.get(ADD).context["starters"]
    offered = nora.get(f"{ADD}?project={project.pk}").context["starters"]
    assert [each.sample for each in whichever] == [each.sample for each in offered]
    samples = [starter.sample.partition("_")[0] for starter in offered]
    assert samples == ["UNDLM", "UNDLM", "UNDLM", "UNDLM", "A004C010"]
    for starter in offered:
        form = nora.get(starter.url).context["adminform"].form
        assert form["project"].value() == str(project.pk)
        posted = {name: str(form[name].value()) for name in ("name", "template", "project")}
        told = ask(nora, names=starter.sample, folder_template=starter.folders, **posted)
        assert [(name["ok"], name["held"]) for name in told["names"]] == [(True, "")]


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.template)
def test_an_example_fills_the_form(nora: Client, starter: Starter) -> None:
    page = nora.get(starter.url)
    initial = page.context["adminform"].form.initial
    assert initial["template"] == starter.template
    assert initial["folder_template"] == starter.folders
    assert page.context["names"] == starter.sample


def test_names_come_along_from_other_pages(nora: Client, rule: NamingRule) -> None:
    page = nora.get(f"/admin/pipeline/namingrule/{rule.pk}/change/?names=holiday.mov")
    assert ">holiday.mov</textarea>" in page.content.decode()
    assert "start from an example" not in page.content.decode()


# --- Rules for pasted names -----------------------------------------------------------------------
NARVAL = "NARVAL_ep02_sq040_sh0120_compo_v007.mov"


def proposed(client: Client, *names: str) -> str:
    answer = client.post(PROPOSE, {"own_names": "\n".join(names), "script": "1"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_rule_is_proposed_for_names_and_fills_the_form(nora: Client, project: Project) -> None:
    narval = Project.objects.create(code="NARVAL", name="Narval")
    page = proposed(nora, f"/mnt/renders/{NARVAL}", NARVAL.replace("120", "130"))
    (link,) = re.findall(r'href="([^"]+)" data-take', page)
    initial = nora.get(html.unescape(link)).context["adminform"].form.initial
    assert initial["name"] == "NARVAL shots"
    assert initial["project"] == str(narval.pk)
    assert initial["folder_template"] == "ep{episode}/sq{sequence}/sh{shot}/{task}"
    rule = Rule(initial["template"], initial["folder_template"])
    assert rule.parse(NARVAL).folders == ("ep02", "sq040", "sh0120", "compo")


def test_a_project_that_is_not_there_yet_is_told_with_the_way_to_make_it(
    nora: Client, project: Project
) -> None:
    page = proposed(nora, NARVAL)
    assert "There is no project NARVAL yet" in page
    assert "/admin/pipeline/project/add/?code=NARVAL&amp;name=NARVAL" in page
    assert "There is no project" not in proposed(nora, "UNDLM_00412_comp_v001.mov")


def test_names_of_which_nothing_can_be_told_get_a_reason(nora: Client) -> None:
    page = proposed(nora, "holiday.mov", "<script>alert(1)</script>_.mov")
    assert "No rule can be told from this." in page
    assert "data-take" not in page
    assert "<script>alert" not in page
    assert proposed(nora, "").strip() == ""


def test_held_names_come_with_a_proposal(nora: Client, rule: NamingRule) -> None:
    add = nora.get(f"{ADD}?names={NARVAL}").content.decode()
    assert add.count("data-take=") == 1
    change = nora.get(f"/admin/pipeline/namingrule/{rule.pk}/change/?names={NARVAL}")
    assert "data-take" not in change.content.decode()


def test_a_proposal_is_a_page_where_there_is_no_script(nora: Client) -> None:
    page = nora.post(PROPOSE, {"own_names": NARVAL}).content.decode()
    assert "<title>" in page
    assert "Take this rule" in page


def test_who_may_write_no_rules_is_proposed_none(paul: Client, anyone: Client) -> None:
    assert paul.post(PROPOSE, {"own_names": NARVAL}).status_code == 403
    assert anyone.post(PROPOSE, {"own_names": NARVAL}).status_code == 302
