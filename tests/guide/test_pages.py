"""The guide as it is read in the product."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pipeline import guide

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Client:
    """Somebody who may log in, and nothing else."""
    client = Client()
    client.force_login(User.objects.create_user("charlie", is_staff=True))
    return client


@pytest.mark.parametrize("name", guide.CHAPTERS)
def test_a_chapter_opens_and_all_that_it_shows_and_links_to_is_there(
    reader: Client, name: str
) -> None:
    page = reader.get(f"/guide/{name}/")
    assert page.status_code == 200
    chapter = page.context["chapter"]
    assert chapter.sections
    for section in chapter.sections:
        assert f'<h2 id="{section.anchor}">' in chapter.body
    assert "pictures/" not in chapter.body.replace("/guide/pictures/en/", "")
    assert ".md" not in chapter.body


def test_the_guide_begins_with_its_first_chapter_and_leads_on(reader: Client) -> None:
    page = reader.get("/guide/").content.decode()
    assert "<h1>From nothing to the first arrival</h1>" in page
    assert 'aria-current="page">From nothing to the first arrival</a>' in page
    assert page.count('href="/guide/dashboard/"') > 1  # beside it, and below it


def test_it_is_read_in_the_language_of_the_reader(reader: Client) -> None:
    page = reader.get("/guide/naming/", headers={"Accept-Language": "fr-CA, fr;q=0.9"})
    assert "<h1>Les règles de nommage</h1>" in page.content.decode()
    assert "/guide/pictures/fr/rule.png" in page.context["chapter"].body


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pictures_are_served(reader: Client, language: str) -> None:
    answer = reader.get(f"/guide/pictures/{language}/rule.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content == guide.picture("rule", language).read_bytes()


def test_who_reads_another_language_gets_english(reader: Client) -> None:
    page = reader.get("/guide/naming/", headers={"Accept-Language": "de"})
    assert "<h1>Naming rules</h1>" in page.content.decode()


@pytest.mark.parametrize(
    "url",
    ["/guide/nothing/", "/guide/pictures/en/nothing.png", "/guide/pictures/de/rule.png"],
)
def test_what_is_not_there_is_not_found(reader: Client, url: str) -> None:
    assert reader.get(url).status_code == 404


@pytest.mark.parametrize("url", ["/guide/", "/guide/team/", "/guide/pictures/en/rule.png"])
def test_strangers_are_sent_to_the_login(client: Client, url: str) -> None:
    assert client.get(url).headers["Location"].startswith("/admin/login/")


def test_html_in_a_chapter_stays_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    hostile = "# T\n\n## One <b>\n\n<script>x</script> [a](javascript:alert(1))\n"
    (tmp_path / "en" / "start.md").write_text(hostile)
    monkeypatch.setattr(guide, "FOLDER", tmp_path)
    body = guide.read("start", "en").body
    assert "<script>" not in body
    assert "<b>" not in body
    assert "href" not in body


@pytest.mark.parametrize(
    ("page", "chapter"),
    [
        ("/", "dashboard"),
        ("/admin/", "dashboard"),
        ("/admin/pipeline/namingrule/", "naming"),
        ("/admin/pipeline/namingrule/add/", "naming"),
        ("/admin/pipeline/uploadjob/", "uploads"),
        ("/admin/pipeline/uploadjob/held/", "naming"),
        ("/admin/pipeline/channel/", "team"),
        ("/admin/pipeline/project/add/", "start"),
    ],
)
def test_pages_lead_to_the_chapter_about_them(
    admin_client: Client, page: str, chapter: str
) -> None:
    link = f'class="guide-link" href="/guide/{chapter}/"'
    assert link in admin_client.get(page).content.decode()


@pytest.mark.parametrize(
    ("page", "chapter", "title"),
    [
        ("/admin/frameio/account/", "start", "Connect Frame.io"),
        ("/admin/pipeline/uploadwindow/", "uploads", "Pause and upload hours"),
        ("/admin/pipeline/studio/", "uploads", "Pause and upload hours"),
        ("/admin/auth/user/", "start", "Who may do what"),
        ("/admin/pipeline/node/", "admins", "Nodes: the processes"),
        ("/admin/pipeline/mountpath/add/", "admins", "Mount paths: one share, several places"),
        ("/admin/pipeline/apitoken/", "admins", "API tokens: other programs"),
        ("/admin/pipeline/revision/", "admins", "Changes: who changed what"),
        ("/admin/axes/accessattempt/", "admins", "Access attempts: wrong passwords"),
    ],
)
def test_pages_lead_to_the_section_about_them(
    admin_client: Client, page: str, chapter: str, title: str
) -> None:
    (anchor,) = [
        section.anchor for section in guide.read(chapter, "en").sections if section.title == title
    ]
    shown = admin_client.get(page, follow=True).content.decode()
    assert f'class="guide-link" href="/guide/{chapter}/#{anchor}"' in shown


def test_a_page_that_no_chapter_is_about_has_no_such_link(admin_client: Client) -> None:
    assert "guide-link" not in admin_client.get("/admin/auth/group/").content.decode()


def test_a_picture_is_opened_at_its_full_size(reader: Client) -> None:
    body = reader.get("/guide/naming/").context["chapter"].body
    assert '<a href="/guide/pictures/en/rule.png"' in body
    assert body.count("<img") == body.count('class="picture"')
