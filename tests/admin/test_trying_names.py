import itertools
from typing import TypedDict

from django.test import Client

from pipeline.models import NamingRule
from pipeline.naming import Rule
from pipeline.tryout import names_in, try_names


class Told(TypedDict):
    error: str
    where: str
    field: str
    names: list[dict[str, object]]


URL = "/admin/pipeline/namingrule/try/"
RULE = {
    "template": "{project}_{scene}_{shot}_{task}_v{version}.{ext}",
    "folder_template": "{scene}/{shot}",
}


def ask(client: Client, **form: str) -> Told:
    answer = client.post(URL, {**RULE, **form}, headers={"Accept": "application/json"})
    told: Told = answer.json()
    return told


def test_a_name_that_fits_is_answered_with_what_was_read(nora: Client) -> None:
    (name,) = ask(nora, names="UNDLM_SC010_SH0020_comp_v003.mov")["names"]
    assert name["ok"]
    assert name["version"] == 3
    assert name["folders"] == ["SC010", "SH0020"]
    assert name["fields"] == {
        "project": "UNDLM",
        "scene": "SC010",
        "shot": "SH0020",
        "task": "comp",
        "version": "003",
        "ext": "mov",
    }


def test_a_name_that_does_not_fit_is_answered_with_a_sentence(nora: Client) -> None:
    (name,) = ask(nora, names="holiday.mov")["names"]
    assert not name["ok"]
    assert "holiday.mov" in str(name["error"])


def test_each_line_is_a_name_and_a_path_keeps_its_last_part() -> None:
    assert names_in("/mnt/a/one.mov\r\n\n  two.mov \nX:\\b\\three.mov") == [
        "one.mov",
        "two.mov",
        "three.mov",
    ]


def test_a_wrong_template_says_what_is_wrong_and_where(nora: Client) -> None:
    told = ask(nora, template="{project", names="a.mov")
    assert told["error"]
    assert (told["where"], told["field"]) == ("template", "Template")
    assert told["names"] == []


def test_a_wrong_folder_template_is_not_taken_for_the_names(nora: Client) -> None:
    told = ask(nora, folder_template="{reel}/{shot}", names="a.mov")
    assert (told["where"], told["field"]) == ("folder_template", "Folders on Frame.io")
    page = nora.post(URL, {**RULE, "folder_template": "{reel}"}).content.decode()
    assert "<b>Folders on Frame.io:</b> {reel} is not a token" in page


def test_a_break_that_was_pasted_into_a_template_is_no_part_of_it(nora: Client) -> None:
    template = "{project}_{scene}_{shot}_\r\n{task}_v{version}.{ext}"
    (name,) = ask(nora, template=template, names="UNDLM_SC010_SH0020_comp_v003.mov")["names"]
    assert name["ok"]
    form = {**RULE, "template": template, "name": "Shots", "active": "on", "position": "100"}
    assert nora.post("/admin/pipeline/namingrule/add/", form).status_code == 302
    assert NamingRule.objects.get().template == RULE["template"]


def test_a_wrong_expression_is_an_answer_too(nora: Client) -> None:
    told = ask(nora, template="(?P<shot>[", expert="on", names="a.mov")
    assert told["error"]


def test_an_expression_that_never_ends_is_cut_off(nora: Client) -> None:
    hostile = {"template": "(?P<shot>(a|aa)+)$", "folder_template": "", "expert": "on"}
    (name,) = ask(nora, **hostile, names="a" * 60 + "!")["names"]
    assert not name["ok"]


def test_html_in_a_name_is_text_in_the_page(nora: Client) -> None:
    page = nora.post(URL, {**RULE, "names": "<script>alert(1)</script>.mov"}).content.decode()
    assert "<script>alert(1)" not in page
    assert "script" in page


def test_it_answers_with_a_page_where_there_is_no_script(nora: Client) -> None:
    page = nora.post(URL, {**RULE, "names": "UNDLM_SC010_SH0020_comp_v003.mov"}).content.decode()
    assert "SC010 / SH0020" in page


def test_names_without_end_are_not_all_tried(nora: Client) -> None:
    assert len(ask(nora, names="a.mov\n" * 5000)["names"]) == 200


def test_a_very_long_name_is_refused(nora: Client) -> None:
    (name,) = ask(nora, names="a" * 5000)["names"]
    assert not name["ok"]
    assert len(str(name["name"])) < 100


def test_nothing_at_all_is_no_error(nora: Client) -> None:
    assert ask(nora, names="") == Told(error="", where="", field="", names=[])


def test_a_slow_rule_does_not_hold_the_server() -> None:
    clock = itertools.chain([0.0, 1.0], itertools.repeat(60.0)).__next__
    first, second = try_names(Rule("{shot}.{ext}"), ["a.mov", "b.mov"], clock)
    assert first.ok
    assert "too long" in second.error


def test_who_may_see_no_rules_may_try_none(paul: Client, anyone: Client) -> None:
    assert paul.post(URL, RULE).status_code == 403
    assert anyone.post(URL, RULE).status_code == 302


def test_trying_needs_the_token_of_the_page(nora: Client) -> None:
    nora.handler.enforce_csrf_checks = True
    assert nora.post(URL, RULE).status_code == 403
