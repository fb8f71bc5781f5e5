"""Shares: links under which others look at files and folders."""

import json
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, done, one
from frameio.sandbox.api.queries import (
    AssetSort,
    FileQuery,
    NoBody,
    NoQuery,
    PageQuery,
    Strict,
    TimeSort,
)
from frameio.sandbox.documents import Document, Documents, timestamp
from frameio.sandbox.errors import Invalid, NotFound
from frameio.sandbox.events import Event, announce
from frameio.sandbox.store.journal import Json
from frameio.sandbox.store.records import Asset, Share

TYPES = ("file", "folder", "version_stack")
Query = TypeVar("Query", bound=BaseModel)
Body = TypeVar("Body", bound=BaseModel)


def one_line(name: str) -> str:
    if "\n" in name or "\r" in name:
        raise PydanticCustomError("line", "No line breaks are allowed")
    return name


def moment(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date", "Invalid format. Expected date-time") from None
    return value


ShareName = Annotated[str, Field(min_length=1, max_length=175), AfterValidator(one_line)]
Shape = Literal["horizontal", "square", "vertical"]
Size = Literal["small", "medium", "large"]


class Settings(Strict):
    """Everything but the access and what is shown may be left out."""

    class SortBy(Strict):
        field_definition_id: str
        direction: Literal["asc", "desc"]

    description: Annotated[str, Field(max_length=640)] | None = None
    expiration: Annotated[str, AfterValidator(moment)] | None = None
    passphrase: Annotated[str, Field(max_length=255)] | None = None
    downloading_enabled: bool = True
    commenting_enabled: bool = True
    enabled: bool = True
    show_all_asset_versions: bool | None = None
    layout: Literal["grid", "list", "reel"] = "grid"
    theme: Literal["dark", "light", "neutral"] = "dark"
    sort_by: SortBy | None = None
    accent_color: str | None = None
    captions_enabled: bool | None = None
    transcripts_enabled: bool | None = None
    watermark_enabled: bool | None = None
    forensic_watermark_enabled: bool = False
    drm_enabled: bool = False
    editable_fields_enabled: bool = False
    open_in_viewer_enabled: bool = False
    icons_visible_on_list: bool = True
    card_info_enabled: bool = True
    card_aspect_ratio: Shape = "horizontal"
    card_size: Size = "medium"
    list_row_size: Size = "medium"
    reel_card_aspect_ratio: Shape = "horizontal"
    reel_card_fit_image: bool = False
    show_asset_name_in_reel_layout: bool = True
    thumbnail_scale: Literal["fit", "fill"] = "fit"
    name_column_width: int | None = None
    title_line_count: Annotated[int, Field(ge=1, le=2)] = 1
    featured_field_definition_id: str | None = None
    visible_field_definition_ids: list[str] = []


class NewShare(Strict):
    class Data(Settings):
        type: Literal["asset"]
        access: Literal["public", "secure"]
        name: ShareName
        asset_ids: Annotated[list[str], Field(min_length=1, max_length=100)] = []

    data: Data


class ChangedShare(Strict):
    class Data(Settings):
        access: Literal["public", "secure"] = "public"
        name: ShareName | None = None

    data: Data


class NewAsset(Strict):
    class Data(Strict):
        asset_id: str

    data: Data


class SharePage(PageQuery):
    sort: TimeSort | None = None


class SharedPage(FileQuery, PageQuery):
    sort: AssetSort | None = None


def document(documents: Documents, share: Share) -> Document:
    return {
        "id": share.id,
        "name": share.name,
        "collection_id": share.collection_id,
        "short_url": f"{documents.base}/share/{share.token}",
        "last_viewed_at": None,
        "created_at": timestamp(share.created_at),
        "updated_at": timestamp(share.updated_at),
        **json.loads(share.settings),
    }


def index(call: Call[SharePage, NoBody]) -> Response:
    project = call.project()
    return many(
        call,
        lambda wanted: call.site.store.shares.page_of(project.id, wanted),
        lambda row: document(call.documents, Share(**row)),
    )


def create(call: Call[NoQuery, NewShare]) -> Response:
    project, data = call.project(), call.body.data
    assets = [_asset(call, asset_id, project.id, "/data/asset_ids") for asset_id in data.asset_ids]
    settings = data.model_dump(exclude={"type", "name", "asset_ids"})
    share = call.site.store.shares.create(project, data.name, settings, assets)
    _tell(call, "share.created", share)
    return one(document(call.documents, share), 201)


def show(call: Call[NoQuery, NoBody]) -> Response:
    return one(document(call.documents, found(call)))


def update(call: Call[NoQuery, ChangedShare]) -> Response:
    share, changes = found(call), call.body.data.model_dump(exclude_unset=True)
    if not changes:
        raise Invalid("Object property count 0 is less than minProperties: 1", "/data")
    name = changes.pop("name", None) or share.name
    settings: dict[str, Json] = {**json.loads(share.settings), **changes}
    changed = call.site.store.shares.update(share, name, settings)
    _tell(call, "share.updated", changed)
    return one(document(call.documents, changed))


def delete(call: Call[NoQuery, NoBody]) -> Response:
    share = found(call)
    call.site.store.shares.delete(share)
    _tell(call, "share.deleted", share)
    return done()


def assets(call: Call[SharedPage, NoBody]) -> Response:
    share, include = found(call), call.query.included()
    return many(
        call,
        lambda wanted: call.site.store.shares.assets_page(share, wanted),
        lambda row: call.documents.asset(Asset(**row), include),
    )


def add_asset(call: Call[NoQuery, NewAsset]) -> Response:
    share = found(call)
    asset = _asset(call, call.body.data.asset_id, share.project_id, "/data/asset_id")
    call.site.store.shares.add_asset(share, asset)
    _tell(call, "share.updated", share)
    return one(document(call.documents, share) | {"asset_added": asset.id})


def remove_asset(call: Call[NoQuery, NoBody]) -> Response:
    share, asset_id = found(call), call.ids["asset_id"]
    if not call.site.store.shares.remove_asset(share, asset_id):
        raise NotFound
    _tell(call, "share.updated", share)
    return one(document(call.documents, share) | {"asset_removed": asset_id})


def found(call: Call[Query, Body]) -> Share:
    share = call.site.store.shares.get(call.ids["share_id"])
    if share is None or share.account_id != call.account().id:
        raise NotFound
    return share


def _asset(call: Call[Query, Body], asset_id: str, project_id: str, pointer: str) -> Asset:
    try:
        asset = call.asset(asset_id, *TYPES)
    except NotFound:
        raise Invalid(f"There is no asset {asset_id}", pointer) from None
    if asset.project_id != project_id:
        raise Invalid(f"Asset {asset_id} is not in this project", pointer)
    return asset


def _tell(call: Call[Query, Body], name: str, share: Share) -> None:
    ids = (share.id, share.account_id, share.project_id, call.caller.id)
    announce(call.site, Event(name, "share", *ids))


OF_PROJECT = "/accounts/{account_id}/projects/{project_id}/shares"
ONE = "/accounts/{account_id}/shares/{share_id}"
operations = (
    Operation("shares.index", "GET", OF_PROJECT, index, SharePage, NoBody),
    Operation("shares.create", "POST", OF_PROJECT, create, NoQuery, NewShare),
    Operation("shares.show", "GET", ONE, show, NoQuery, NoBody),
    Operation("shares.update", "PATCH", ONE, update, NoQuery, ChangedShare),
    Operation("shares.delete", "DELETE", ONE, delete, NoQuery, NoBody),
    Operation("shares.list_assets", "GET", ONE + "/assets", assets, SharedPage, NoBody),
    Operation("shares.add_asset", "POST", ONE + "/assets", add_asset, NoQuery, NewAsset),
    Operation(
        "shares.remove_asset", "DELETE", ONE + "/assets/{asset_id}", remove_asset, NoQuery, NoBody
    ),
)
