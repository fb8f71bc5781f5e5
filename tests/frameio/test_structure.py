from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from frameio.client import FrameioClient
from frameio.errors import FolderMissing, Forbidden, Invalid, NotFound, RateLimited, Unavailable
from frameio.models import Account, Lease, RemoteFolder
from frameio.projects import doubt
from frameio.structure import CREATE_TRIES, SEEN_LASTS, ensure_folder
from frameio.wire import TRIES
from tests.frameio.fake import FakeFrameio, refusal

PATH = ["sc010", "sh020", "comp"]


class Tree:
    """A project's folders, made and remade."""

    def __init__(self, client: FrameioClient, account: Account, fake: FakeFrameio) -> None:
        self.client, self.account, self.fake = client, account, fake
        self.pauses: list[float] = []
        self.later = timedelta()

    def ensure(self, *names: str) -> str:
        return ensure_folder(
            self.client,
            self.account,
            "project",
            "root",
            names,
            sleep=self.pauses.append,
            now=lambda: timezone.now() + self.later,
        )

    def find(self, *names: str) -> str:
        return ensure_folder(
            self.client, self.account, "project", "root", names, existing_only=True
        )

    def names(self) -> list[str]:
        return [str(row["name"]) for row in self.fake.folders.values()]


@pytest.fixture
def tree(client: FrameioClient, account: Account, fake: FakeFrameio) -> Tree:
    return Tree(client, account, fake)


def test_it_makes_what_is_missing(tree: Tree) -> None:
    leaf = tree.ensure(*PATH)
    assert tree.names() == PATH
    assert tree.fake.folders[leaf]["name"] == "comp"


def test_without_folders_it_is_the_root(tree: Tree) -> None:
    assert (tree.ensure(), tree.fake.calls) == ("root", [])


def test_it_makes_nothing_twice(tree: Tree) -> None:
    assert tree.ensure(*PATH) == tree.ensure(*PATH)
    assert tree.names() == PATH


def test_what_it_saw_lately_costs_no_call(tree: Tree) -> None:
    tree.ensure(*PATH)
    tree.fake.calls.clear()
    tree.ensure(*PATH)
    assert tree.fake.calls == []


def test_what_it_saw_long_ago_costs_one_call(tree: Tree) -> None:
    leaf = tree.ensure(*PATH)
    tree.fake.calls.clear()
    tree.later += SEEN_LASTS
    tree.ensure(*PATH)
    tree.ensure(*PATH)
    assert tree.fake.calls == [f"GET /v4/accounts/acc/folders/{leaf}"]


def test_what_is_doubted_costs_one_call(tree: Tree) -> None:
    leaf = tree.ensure(*PATH)
    tree.fake.calls.clear()
    doubt(tree.account, "project")
    tree.ensure(*PATH)
    assert tree.fake.calls == [f"GET /v4/accounts/acc/folders/{leaf}"]


def test_it_finds_what_people_made(tree: Tree) -> None:
    theirs = tree.fake.add_folder("root", "sc010")
    assert tree.ensure("sc010") == theirs


def test_it_finds_it_on_the_last_page(tree: Tree) -> None:
    tree.fake.page_size = 2
    made = [tree.fake.add_folder("root", f"sc{number:03}") for number in range(9)]
    assert tree.ensure("sc008") == made[8]


def test_of_two_with_one_name_it_takes_the_oldest(tree: Tree) -> None:
    tree.fake.add_folder("root", "sc010", "2026-11-21T10:00:02Z")
    oldest = tree.fake.add_folder("root", "sc010", "2026-11-21T10:00:01.5Z")
    assert tree.ensure("sc010") == oldest


def test_names_are_compared_in_nfc(tree: Tree) -> None:
    theirs = tree.fake.add_folder("root", "Sce\u0300ne")
    assert tree.ensure("Sc\u00e8ne") == theirs


def test_a_like_name_is_another(tree: Tree) -> None:
    theirs = tree.fake.add_folder("root", "SC010")
    assert tree.ensure("sc010") != theirs


def test_a_slash_in_a_name_makes_no_folder(tree: Tree) -> None:
    tree.ensure("comp/final")
    assert tree.names() == ["comp_final"]


@pytest.mark.parametrize("name", ["", "  ", "a" * 256, "sh\udcff"])
def test_a_name_that_cannot_be_costs_no_call(tree: Tree, name: str) -> None:
    with pytest.raises(Invalid):
        tree.ensure("sc010", name)
    assert tree.fake.calls == []


def test_a_folder_that_was_deleted_is_made_again(tree: Tree) -> None:
    gone = tree.ensure(*PATH)
    del tree.fake.folders[gone]
    doubt(tree.account, "project")
    leaf = tree.ensure(*PATH)
    assert leaf in tree.fake.folders
    assert sorted(tree.names()) == sorted(PATH)


def test_a_whole_tree_that_was_deleted_is_made_again(tree: Tree) -> None:
    tree.ensure(*PATH)
    tree.fake.folders.clear()
    doubt(tree.account, "project")
    tree.ensure(*PATH)
    assert tree.names() == PATH


def test_a_root_that_is_gone_is_said_so(tree: Tree) -> None:
    for _ in range(2):
        tree.fake.next("GET", "/root/folders", refusal(404, "Not Found"))
    with pytest.raises(NotFound):
        tree.ensure("sc010")


def test_an_account_without_choice_is_said_so(tree: Tree) -> None:
    tree.account.account_id = ""
    with pytest.raises(Invalid, match="Choose one"):
        tree.ensure("sc010")


@pytest.mark.parametrize(
    "trouble", [httpx.ReadTimeout("slow"), httpx.Response(502), httpx.Response(201, html="<html>")]
)
def test_a_create_without_an_answer_is_looked_for_first(
    tree: Tree, trouble: httpx.Response | Exception
) -> None:
    made: list[str] = []

    def make_and_drop_the_line(_seconds: float) -> None:
        made.append(tree.fake.add_folder("root", "sc010"))

    tree.fake.next("POST", "/root/folders", trouble)
    leaf = ensure_folder(
        tree.client, tree.account, "project", "root", ["sc010"], sleep=make_and_drop_the_line
    )
    assert made == [leaf]


def test_a_create_that_did_nothing_is_repeated(tree: Tree) -> None:
    tree.fake.next("POST", "/root/folders", httpx.Response(503))
    tree.ensure("sc010")
    assert tree.names() == ["sc010"]


def test_a_create_is_not_repeated_for_ever(tree: Tree) -> None:
    for _ in range(CREATE_TRIES):
        tree.fake.next("POST", "/root/folders", httpx.Response(503))
    with pytest.raises(Unavailable):
        tree.ensure("sc010")
    assert tree.names() == []


def test_a_listing_that_fails_makes_nothing(tree: Tree) -> None:
    for _ in range(TRIES):
        tree.fake.next("GET", "/root/folders", httpx.Response(503))
    with pytest.raises(Unavailable):
        tree.ensure("sc010")
    assert tree.names() == []


def test_a_long_wait_gives_the_job_back(tree: Tree) -> None:
    tree.fake.next("POST", "/root/folders", httpx.Response(429, headers={"retry-after": "900"}))
    with pytest.raises(RateLimited):
        tree.ensure("sc010")
    assert tree.pauses == []


def test_what_frameio_forbids_is_not_tried_again(tree: Tree) -> None:
    tree.fake.next("POST", "/root/folders", refusal(403, "Forbidden"))
    with pytest.raises(Forbidden):
        tree.ensure("sc010")
    assert tree.pauses == []


def test_nothing_is_held_or_remembered_after_a_failure(tree: Tree) -> None:
    tree.fake.next("POST", "/root/folders", refusal(403, "Forbidden"))
    with pytest.raises(Forbidden):
        tree.ensure("sc010")
    assert (Lease.objects.count(), RemoteFolder.objects.count()) == (0, 0)


def test_with_existing_folders_only_it_finds_them(tree: Tree) -> None:
    made = tree.ensure(*PATH)
    RemoteFolder.objects.all().delete()
    assert tree.find(*PATH) == made


def test_with_existing_folders_only_it_names_the_one_that_is_missing(tree: Tree) -> None:
    tree.ensure("sc010")
    with pytest.raises(FolderMissing, match=r"no folder sh020 on Frame.io \(sc010/sh020/comp\)"):
        tree.find(*PATH)
    assert (tree.names(), Lease.objects.count()) == (["sc010"], 0)


def test_with_existing_folders_only_a_deleted_one_is_missing(tree: Tree) -> None:
    """Also when we remember it."""
    tree.ensure(*PATH)
    tree.fake.folders.clear()
    doubt(tree.account, "project")
    with pytest.raises(FolderMissing, match="no folder sc010"):
        tree.find(*PATH)
