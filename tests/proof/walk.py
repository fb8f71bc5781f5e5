"""A walk through all that PostFlow does with Frame.io, on its own pages and by its own tasks."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from frameio import metadata
from frameio.connecting import client_for
from frameio.models import Account, RemoteFolder, RemoteProject
from frameio.shares import add_assets
from pipeline import review, tasks
from pipeline.integrations import frameio_upkeep
from pipeline.models import Delivery, NamingRule, Project
from pipeline.uploads import upload_file
from tests.sandbox.running import Entry, Sandbox
from tests.sandbox.studio import sample

CODE = "UNDLM"
MADE = {
    "code": CODE,
    "name": "Undertow",
    "active": "on",
    "integrations": ["frameio"],
    "frameio_project_kind": Project.Remote.MADE,
    "frameio_name_template": "{name}",
    "transfer": Project.Transfer.DIRECT,
    "same_name": Project.SameName.VERSION,
    "stack_versions": "on",
    "write_metadata": "on",
    "comments_for_days": 14,
    "review_days": 14,
}
SHARING = {"access": "public", "comments": "on", "shows": "0"}


@dataclass
class Walk:
    """`nora` runs the place; `mount` is where renders are saved."""

    sandbox: Sandbox
    nora: Client
    mount: Path
    jobs: dict[str, int] = field(default_factory=dict)

    @property
    def project(self) -> Project:
        return Project.objects.get(code=CODE)

    def log_in(self) -> Account:
        """On the page, with a press of Allow on the other side."""
        asked = httpx.URL(self.nora.get("/frameio/connect")["location"])
        allowed = self.sandbox.http.post(asked.path, data=dict(asked.params))
        back = httpx.URL(allowed.headers["location"])
        self.nora.get(back.path, dict(back.params))
        return Account.objects.get(kind=Account.Kind.PERSON)

    def log_in_a_service(self) -> None:
        form = {"client_id": "sandbox", "client_secret": "sandbox"}
        self.nora.post("/frameio/service", form)
        assert Account.objects.filter(kind=Account.Kind.SERVICE).exists()

    def make_project(self, account: Account) -> None:
        NamingRule.objects.create(
            name="Shots",
            template="{project}_{shot}_{task}_v{version}.{ext}",
            folder_template="{shot}/{task}",
        )
        lists = f"/admin/pipeline/project/remote/?frameio_account={account.pk}&list="
        (workspace, *_others) = self.nora.get(f"{lists}workspaces").json()["choices"]
        self.nora.get(f"{lists}projects")
        form = {**MADE, "frameio_account": account.pk, "frameio_workspace_id": workspace["id"]}
        self.nora.post("/admin/pipeline/project/add/", form)
        self.nora.post(f"/admin/pipeline/project/{self.project.pk}/remote/new/")
        assert self.project.frameio_project_id

    def ways(self, **columns: object) -> None:
        Project.objects.update(**columns)

    def let_what_was_seen_grow_old(self) -> None:
        """The next file asks for its folder again."""
        long_ago = timezone.now() - timedelta(hours=1)
        RemoteFolder.objects.update(seen_at=long_ago)
        RemoteProject.objects.update(seen_at=long_ago)

    def send(self, name: str, size: int = 1000) -> str:
        """Its id on Frame.io."""
        path = self.mount / name
        path.write_bytes(sample(size, seed=len(self.sandbox.tree())))
        result = upload_file(path)
        assert result.success, result.error
        assert result.job_id is not None
        self.jobs[name] = result.job_id
        return str(result.remote_file_id)

    def say_more_than_a_page(self, file_id: str) -> None:
        first = self.sandbox.say(file_id, "Too dark", timestamp=48)
        self.sandbox.say(file_id, "It is meant to be", reply_to=str(first["id"]))
        for number in range(100):
            self.sandbox.say(file_id, f"Note {number}")

    def read_comments(self) -> None:
        """Their second page is refused once: the login is renewed, and nothing is missing."""
        mid_listing = {"path": "/comments$", "query": "after="}
        rule: Entry = {"match": mid_listing, "action": {"effect": "unauthorized"}, "times": 1}
        self.sandbox.faults([rule])
        review.poll()

    def hear_of_a_comment(self, account: Account, file_id: str) -> None:
        """By a webhook; what it queued is then done as the cluster would."""
        page = f"/frameio/accounts/{account.pk}/webhooks"
        (hearing,) = self.nora.get(page).context["hearings"]
        self.nora.post(f"{page}/register", {"workspace": hearing.workspace_id})
        self.sandbox.say(file_id, "Told at once")
        _work(_queued())
        webhook = account.webhook_set.get()
        self.nora.get(page)
        self.nora.post(f"{page}/{webhook.pk}/remove")
        assert not account.webhook_set.exists()

    def share(self, *names: str, **more: str) -> None:
        jobs = ",".join(str(self.jobs[name]) for name in names)
        page = f"/admin/pipeline/uploadjob/review-link/?jobs={jobs}"
        number = self.nora.get(page).context["form"].initial["number"]
        form = {**SHARING, "number": number, "name": f"Dailies {len(more)}", **more}
        answer = self.nora.post(page, form)
        assert answer.status_code == 302

    def share_without_an_answer(self, *names: str) -> None:
        match = {"method": "POST", "path": "/shares$"}
        self.sandbox.faults(
            [{"match": match, "action": {"drop": True}, "when": "after", "times": 1}]
        )
        self.share(*names, message="lost")

    def add_to_the_newest_share(self, account: Account, file_id: str) -> None:
        with client_for(account) as client:
            (newest, *_others) = client.newest_shares(
                account.account_id, self.project.frameio_project_id
            )
            add_assets(client, account.account_id, newest.id, [file_id])
            assert file_id in client.share_assets(account.account_id, newest.id)

    def read_the_status(self, account: Account, file_id: str) -> None:
        with client_for(account) as client:
            assert metadata.status_of(client, account.account_id, file_id) == ""

    def sweep(self, account: Account, name: str, size: int) -> None:
        """What a dead upload of that file left, three days ago."""
        with client_for(account) as client:
            found = client.project(account.account_id, self.project.frameio_project_id)
            dead = client.create_local_upload(
                account.account_id, found.root_folder_id, name, size
            ).file_id
        frameio_upkeep.sweep(lambda: timezone.now() + timedelta(days=3))
        assert dead not in {file["id"] for file in self.sandbox.tree()}
        assert Delivery.objects.filter(done=True).exists()

    def leave(self, account: Account) -> None:
        self.nora.post(f"/frameio/accounts/{account.pk}/disconnect")
        assert Account.objects.get(pk=account.pk).needs_login


def _queued() -> tuple[int, str]:
    """The account and the comment of what the webhook queued."""
    deadline = timezone.now() + timedelta(seconds=20)
    while timezone.now() < deadline:
        for row in OrmQ.objects.all():
            if row.func() == "pipeline.tasks.commented":
                account, comment = row.task["args"]
                return int(account), str(comment)
    raise AssertionError("the webhook never came")


def _work(queued: tuple[int, str]) -> None:
    tasks.commented(*queued)
