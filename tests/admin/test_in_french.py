"""The pages as a French production sees them."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from frameio.models import Account
from pipeline.models import UploadJob, WatchedFolder
from tests.admin.conftest import MakeJob, State

PAGES = [
    "/",
    "/admin/pipeline/uploadjob/",
    "/admin/pipeline/sourcefile/",
    "/admin/pipeline/project/",
    "/admin/pipeline/project/add/",
    "/admin/pipeline/namingrule/add/",
    "/admin/pipeline/watchedfolder/",
    "/admin/pipeline/watchedfolder/add/",
    "/admin/frameio/account/",
]
# Words that no French sentence has.
ENGLISH = re.compile(
    r"\b(the|and|is|are|its|of|to|with|from|has|have|not|this|that|it|by|yet|again|when"
    r"|file(?! d\u2019attente)|files|upload|uploads|folder|folders|name|project|rule|login"
    r"|held|queued)\b",
    re.IGNORECASE,
)
TOKEN = re.compile(r"\{.*?\}")  # of a naming rule: no language's word
SHOWN = {"title", "aria-label", "placeholder", "alt"}


class Words(HTMLParser):
    """All that a person reads on a page, in the order it comes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = [value for key, value in attrs if key in SHOWN or key.startswith("data-")]
        self.found += [value for value in shown if value and " " in value]

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())

    def english(self) -> list[str]:
        return [text for text in self.found if ENGLISH.search(TOKEN.sub("", text))]


def opened(client: Client, url: str) -> str:
    answer = client.get(url, headers={"Accept-Language": "fr-FR,fr;q=0.9"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def studio(make_job: MakeJob) -> UploadJob:
    make_job(State.RUNNING, bytes_sent=250)
    make_job(State.PENDING)
    make_job(State.FAILED, reason="Rendu introuvable.")
    make_job(State.WAITING, hold="account")
    make_job(State.DONE, finished_at=timezone.now())
    Account.objects.update(refresh_expires_at=timezone.now())
    WatchedFolder.objects.update(last_pass_at=timezone.now(), state_since=timezone.now())
    return make_job(State.CANCELLED)


def test_the_overview_speaks_french(studio: UploadJob, nora: Client) -> None:
    page = opened(nora, "/")
    assert "ensemble · PostFlow" in page
    assert "à traiter" in page
    assert "Envois en cours" in page
    assert "Dossiers surveillés" in page
    assert "Frame.io demande une connexion" in page
    assert re.search(r"\d\sko", page)


def test_an_upload_speaks_french(studio: UploadJob, nora: Client) -> None:
    page = opened(nora, f"/admin/pipeline/uploadjob/{studio.pk}/change/")
    assert "Renvoyer" in page
    assert "pas encore livré" in page
    assert "lu dans le nom" in page


@pytest.mark.parametrize("url", PAGES)
def test_no_english_is_left_on_a_page(studio: UploadJob, nora: Client, url: str) -> None:
    assert Words(opened(nora, url)).english() == []


def test_no_english_is_left_where_an_upload_is_cancelled(studio: UploadJob, nora: Client) -> None:
    job = UploadJob.objects.get(state=State.RUNNING)
    url = f"/admin/pipeline/uploadjob/{job.pk}/cancel/"
    assert Words(opened(nora, url)).english() == []


def test_what_is_seen_of_a_folder_is_told_in_french(folder: WatchedFolder, nora: Client) -> None:
    page = opened(nora, f"/admin/pipeline/watchedfolder/{folder.pk}/change/")
    assert "Vérifiez" in page
    assert Words(page).english() == []


@pytest.mark.parametrize("url", PAGES)
def test_no_english_is_left_where_there_is_nothing_yet(nora: Client, url: str) -> None:
    assert Words(opened(nora, url)).english() == []
