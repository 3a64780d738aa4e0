"""Row shapes: the allow-list of fields an answer or a request body may carry.

A shape says what a field is called, its type and how sensitive it is. Nothing here reads or changes data (`rows.py` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

Type = Literal["id", "text", "integer", "number", "boolean", "object", "list", "any"]
Sensitivity = Literal["public", "business", "personal", "secret"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a shape.

    `id` is text whatever the API sends (64-bit numbers lose digits elsewhere); `of` is the shape of an object or the
    item of a list; `required`, `shortest`, `longest`, `pattern` (of the whole text) and `most` (items of a list) hold for
    request bodies only, where an `id` goes out as the integer it is documented as.
    """

    type: Type
    of: Shape | Field | None = None
    sensitivity: Sensitivity = "public"
    unit: str = ""
    required: bool = False
    shortest: int | None = None
    longest: int | None = None
    pattern: str = ""
    most: int | None = None

    @property
    def entry(self) -> Field:
        """What an item of this list is; anything where nobody says."""
        return Field("object", self.of) if isinstance(self.of, Shape) else self.of or ANY


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A named set of fields. `withheld` are the fields of class secret that the API is known to send and that never land."""

    name: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))
        both = set(self.withheld) & set(self.fields)
        if both:
            raise ValueError(f"shape {self.name}: {sorted(both)} declared and withheld")

    def walk(self, prefix: str = "") -> Iterator[tuple[str, Field]]:
        """Yields every field below this shape with its dotted path, lists marked by `[]`."""
        for name, item in self.fields.items():
            path = f"{prefix}{name}"
            yield path, item
            inner, mark = (item.of, ".") if item.type == "object" else (item.of, "[].")
            if isinstance(inner, Field) and isinstance(inner.of, Shape):
                inner = inner.of
            if isinstance(inner, Shape):
                yield from inner.walk(path + mark)


ID = Field("id")
TEXT = Field("text")
INTEGER = Field("integer")
NUMBER = Field("number")
BOOLEAN = Field("boolean")
ANY = Field("any")
CENTS = Field("text", sensitivity="business", unit="cents, as text")
CENTS_INTEGER = Field("integer", sensitivity="business", unit="cents")
UNIX = Field("integer", unit="unix seconds")
BYTES = Field("integer", unit="bytes")
BYTES_AS_TEXT = Field("integer", unit="bytes, sent as text")
TAG = Field("text", pattern=r"[A-Za-z0-9_:-]{1,64}")
TAGS = Field("list", TAG, most=60)


def shape(name: str, withheld: tuple[str, ...] = (), /, **fields: Field) -> Shape:
    """Names a shape; the keywords are the API's own field names."""
    return Shape(name, fields, withheld)


def obj(of: Shape) -> Field:
    """A nested object."""
    return Field("object", of)


def many(of: Shape | Field) -> Field:
    """A nested list."""
    return Field("list", of)


def personal(item: Field) -> Field:
    """Marks a field about a person: it lands as a keyed hash unless personal data is switched on."""
    return replace(item, sensitivity="personal")


def business(item: Field) -> Field:
    """Marks a field that is confidential to the account."""
    return replace(item, sensitivity="business")


def secret(item: Field) -> Field:
    """Marks a field of a request body that must never be written anywhere."""
    return replace(item, sensitivity="secret")


def need(item: Field, shortest: int | None = None, longest: int | None = None) -> Field:
    """Marks a field of a request body as required, with its length limits."""
    return replace(item, required=True, shortest=shortest, longest=longest)


def upto(item: Field, longest: int) -> Field:
    """Limits the length of an optional field of a request body."""
    return replace(item, longest=longest)
