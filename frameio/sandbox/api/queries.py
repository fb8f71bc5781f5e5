"""Query parameters and bodies, as the vendor's document has them; anything else is refused."""

from collections.abc import Set
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from frameio.sandbox.store.paging import Wanted


def comma_list(*allowed: str) -> AfterValidator:
    def check(value: str) -> str:
        if not set(value.split(",")) <= set(allowed):
            raise PydanticCustomError("enum", "Invalid value for enum")
        return value

    return AfterValidator(check)


def reachable(url: str) -> str:
    """HTTPS, or anything on this machine: nobody here need have a certificate."""
    target = urlsplit(url)
    here = target.hostname == "localhost" or (target.hostname or "").startswith("127.")
    if not target.hostname or target.scheme not in (("http", "https") if here else ("https",)):
        raise PydanticCustomError("url", "Invalid URL: https is needed outside this machine")
    return url


Name = Annotated[str, Field(min_length=1, max_length=255)]
TimeSort = Literal["name_asc", "created_at_asc", "name_desc", "created_at_desc"]
AssetSort = Literal[TimeSort, "updated_at_asc", "updated_at_desc"]
FileSort = Literal[AssetSort, "file_size_asc", "file_size_desc"]
AccountSort = Literal["display_name_asc", "created_at_asc", "display_name_desc", "created_at_desc"]
AssetInclude = Annotated[str, comma_list("creator", "project", "metadata")]
FileInclude = Annotated[
    str,
    comma_list(
        "creator",
        "project",
        "metadata",
        "media_links.original",
        "media_links.thumbnail",
        "media_links.thumbnail_high_quality",
        "media_links.video_h264_180",
        "media_links.high_quality",
        "media_links.efficient",
        "media_links.scrub_sheet",
    ),
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoQuery(Strict):
    pass


class NoBody(Strict):
    pass


class Including(Strict):
    """Each list or document names what it may include."""

    include: str = ""

    def included(self) -> Set[str]:
        return set(self.include.split(","))


class CreatorQuery(Including):
    include: Annotated[str, comma_list("creator")] = ""


class OwnerQuery(Including):
    include: Annotated[str, comma_list("owner")] = ""


class FolderQuery(Including):
    include: AssetInclude = ""


class FileQuery(Including):
    include: FileInclude = ""


class PageQuery(Strict):
    """All lists; those of a folder allow 500 a page."""

    after: str | None = None
    page_size: Annotated[int, Field(ge=1, le=100)] = 50
    include_total_count: Literal["true", "false"] = "false"
    sort: str | None = None

    def wanted(self) -> Wanted:
        return Wanted(
            page_size=self.page_size,
            after=self.after,
            sort=self.sort,
            count=self.include_total_count == "true",
        )


class AccountPage(PageQuery):
    sort: AccountSort | None = None


class WorkspacePage(CreatorQuery, PageQuery):
    sort: TimeSort | None = None


class ProjectPage(OwnerQuery, PageQuery):
    sort: TimeSort | None = None


class UserPage(PageQuery):
    sort: Literal["name_asc", "name_desc", "email_asc", "email_desc"] | None = None
    include_deactivated: Literal["true", "false"] = "false"


class BigPage(PageQuery):
    page_size: Annotated[int, Field(ge=1, le=500)] = 50


class FolderPage(FolderQuery, BigPage):
    sort: AssetSort | None = None


class FilePage(FileQuery, BigPage):
    sort: FileSort | None = None


class StackPage(FileQuery, BigPage):
    sort: AssetSort | None = None


class VersionPage(FileQuery, PageQuery):
    sort: FileSort | None = None


class ChildrenPage(StackPage):
    type: Annotated[str, comma_list("file", "folder", "version_stack")] = (
        "file,folder,version_stack"
    )
