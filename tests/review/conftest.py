"""A PostFlow that is connected to a sandbox, and sends renders there."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command

from frameio.models import Account
from pipeline.models import Delivery, Project, UploadJob
from pipeline.uploads import UploadResult, upload_file
from tests.sandbox.running import Entry, Sandbox


@dataclass(frozen=True)
class Review:
    """The sandbox, and the ways of the project there."""

    sandbox: Sandbox
    directory: Path

    def render(self, name: str, content: bytes = b"frames") -> Path:
        path = self.directory / name
        path.write_bytes(content)
        return path

    def send(self, name: str, content: bytes = b"frames") -> UploadResult:
        return upload_file(self.render(name, content))

    def sent(self, name: str, content: bytes = b"frames") -> UploadJob:
        result = self.send(name, content)
        assert result.success, result.error
        return job_of(result)

    def ways(self, **columns: object) -> None:
        Project.objects.update(**columns)

    def stack(self) -> list[str]:
        """The names in the only stack, the oldest version first."""
        files = [file for file in self.sandbox.tree() if file["stack_id"]]
        assert len({str(file["stack_id"]) for file in files}) == 1
        order = sorted(files, key=lambda file: int(str(file["stack_position"])))
        return [str(file["name"]) for file in order]

    def shares(self) -> list[Entry]:
        """Of every review link: id, name, url and asset_ids."""
        shares: list[Entry] = self.sandbox.http.get("/_sandbox/state").json()["shares"]
        return shares

    def set_status(self, job: UploadJob, status: str) -> None:
        """As a reviewer does on Frame.io: one of Needs Review, In Progress, Approved."""
        account = Account.objects.get().account_id
        head = {"Authorization": f"Bearer {self.sandbox.token()}"}
        http = self.sandbox.http
        path = f"/v4/accounts/{account}/metadata/field_definitions"
        fields = http.get(path, headers=head).raise_for_status().json()["data"]
        (field,) = [each for each in fields if each["name"] == "Status"]
        options = field["field_configuration"]["options"]
        chosen = [option["id"] for option in options if option["display_name"] == status]
        project = Project.objects.get().frameio_project_id
        body = {
            "file_ids": [remote_id(job)],
            "values": [{"field_definition_id": field["id"], "value": chosen or None}],
        }
        path = f"/v4/accounts/{account}/projects/{project}/metadata/values"
        http.patch(path, headers=head, json={"data": body}).raise_for_status()

    def delete_folder(self, name: str) -> None:
        """As a producer does on Frame.io, with all that lies in it."""
        (folder,) = [each for each in self.sandbox.state()["folders"] if each["name"] == name]
        account = Account.objects.get().account_id
        head = {"Authorization": f"Bearer {self.sandbox.token()}"}
        path = f"/v4/accounts/{account}/folders/{folder['id']}"
        self.sandbox.http.delete(path, headers=head).raise_for_status()

    def loose(self) -> list[Entry]:
        return [file for file in self.sandbox.tree() if not file["stack_id"]]


@pytest.fixture
def review(transactional_db: None, sandbox: Sandbox, tmp_path: Path) -> Review:
    call_command("connect", "--sandbox", sandbox.url, verbosity=0)
    return Review(sandbox, tmp_path)


def job_of(result: UploadResult) -> UploadJob:
    assert result.job_id is not None, result.error
    return UploadJob.objects.get(pk=result.job_id)


def remote_id(job: UploadJob) -> str:
    return Delivery.objects.get(job=job, integration="frameio").remote_id


def history(job: UploadJob) -> list[str]:
    return list(job.events.values_list("why", flat=True))
