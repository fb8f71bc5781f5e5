"""All files and folders of a sandbox, for its own page and for tests."""

from frameio.sandbox.documents import Document, status_of, timestamp, view_url
from frameio.sandbox.site import Site
from frameio.sandbox.store.records import Asset


class Listing:
    """One look at everything."""

    def __init__(self, site: Site, base: str) -> None:
        self._site = site
        self._base = base
        self._assets = {asset.id: asset for asset in site.store.assets.all()}
        self._projects = {project.id: project for project in site.store.people.projects()}
        self._arrived = site.store.parts.arrived()

    def files(self) -> list[Document]:
        return [self._file(asset) for asset in self._of("file")]

    def stacks(self) -> list[Document]:
        return [self._place(stack) for stack in self._of("version_stack")]

    def folders(self) -> list[Document]:
        """All but the root folders; parents stand before their children."""
        below = [folder for folder in self._of("folder") if folder.parent_id is not None]
        return [self._place(folder) for folder in below]

    def comments(self) -> list[Document]:
        """Replies have a parent; the newest stands last."""
        return [
            {
                "id": comment.id,
                "file_id": comment.file_id,
                "parent_id": comment.parent_id,
                "owner": comment.owner,
                "text": comment.text,
                "timestamp": comment.timestamp,
                "completed": comment.completed_at is not None,
            }
            for comment in self._site.store.comments.all()
        ]

    def shares(self) -> list[Document]:
        return [
            {
                "id": share.id,
                "name": share.name,
                "url": f"{self._base}/share/{share.token}",
                "asset_ids": self._site.store.shares.assets(share),
            }
            for share in self._site.store.shares.all()
        ]

    def projects(self) -> list[Document]:
        return [
            {"id": project.id, "name": project.name, "root_folder_id": project.root_folder_id}
            for project in self._projects.values()
        ]

    def path(self, asset: Asset | None) -> str:
        """`A/B/C`, the folders below the project's root; empty for the root itself.

        A version stack is no folder: what lies in it has the path of the stack.
        """
        names: list[str] = []
        while asset is not None and asset.parent_id is not None:
            names += [asset.name] if asset.type == "folder" else []
            asset = self._assets.get(asset.parent_id)
        return "/".join(reversed(names))

    def _of(self, type_: str) -> list[Asset]:
        return [asset for asset in self._assets.values() if asset.type == type_]

    def _place(self, asset: Asset) -> Document:
        return {
            "id": asset.id,
            "project_id": asset.project_id,
            "project": self._projects[asset.project_id].name,
            "parent_id": asset.parent_id,
            "folder": self.path(self._assets.get(asset.parent_id or "")),
            "name": asset.name,
            "view_url": view_url(self._base, asset),
            "created_at": timestamp(asset.created_at),
        }

    def _file(self, file: Asset) -> Document:
        return self._place(file) | {
            "size": file.file_size,
            "received": self._arrived.get(file.id, 0),
            "sha256": file.sha256,
            "status": status_of(file, self._site),
            "failed": file.failed_at is not None,
            "media_type": file.media_type,
            "stack_id": None if file.stack_position is None else file.parent_id,
            "stack_position": file.stack_position,
        }
