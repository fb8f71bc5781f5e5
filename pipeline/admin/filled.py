"""Forms that come up filled in with other values than those that are saved, to be looked at and
saved: of a rule as it once was, or as they stood when somebody went to choose a folder."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.http import HttpRequest, QueryDict

from pipeline.admin.base import Desk

Row = TypeVar("Row", bound=Model)

FILLED = "filled"  # in an address: the whole form stands in it


class FilledForm(forms.ModelForm[Row]):
    """`filled` is of the class, which the desk makes anew for each request."""

    filled: ClassVar[Mapping[str, object]] = {}

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> object:
        if field_name in self.filled:
            return self.filled[field_name]
        return super().get_initial_for_field(field, field_name)


class FilledDesk(Desk[Row]):
    def get_form(
        self,
        request: HttpRequest,
        obj: Row | None = None,
        change: bool = False,  # noqa: FBT001, FBT002  Django's signature
        **kwargs: object,
    ) -> type[forms.ModelForm[Row]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, FilledForm) and request.method in {"GET", "HEAD"}:
            form.filled = self.values_to_fill_in(request, form)
        return form

    def values_to_fill_in(
        self, request: HttpRequest, form: type[forms.ModelForm[Row]]
    ) -> Mapping[str, object]:
        """By field; those that are not named stand as they are saved."""
        return in_address(request.GET, form) if FILLED in request.GET else {}


def in_address(query: QueryDict, form: type[forms.ModelForm[Row]]) -> Mapping[str, object]:
    """A box that is not ticked stands in no form, and so in no address."""
    return {
        name: field.widget.value_from_datadict(query, {}, name)
        for name, field in form.base_fields.items()
    }


def address(page: str, fields: Iterable[tuple[str, str]]) -> str:
    return f"{page}?{urlencode([(FILLED, '1'), *fields])}"
