"""New rows: every field that the API sends, withheld ones included, with plain defaults and recognisable canaries.

What a particular row holds belongs in the seeds and the writes.
"""

from __future__ import annotations

from typing import Any

from pipelines.i3d.shape import Field, Shape, Type

Row = dict[str, Any]

DEFAULTS: dict[Type, Any] = {"id": 0, "text": "", "integer": 0, "number": 0.0, "boolean": False, "any": None}


def draft(shape: Shape, mark: object = "", /, **values: Any) -> Row:
    """A row of `shape`; `mark` (usually its id) goes into the canaries. Raises KeyError for a field it does not have."""
    row = {name: default(item, name, mark) for name, item in shape.fields.items()}
    row.update({name: secret(name, mark) for name in shape.withheld})
    for name, value in values.items():
        if name not in row:
            raise KeyError(f"{shape.name} has no field {name}")
        row[name] = value
    return row


def default(item: Field, name: str, mark: object) -> Any:
    """What a field holds when nobody says otherwise."""
    if item.type == "object" and isinstance(item.of, Shape):
        return draft(item.of, mark)
    if item.type == "list":
        return []
    if item.sensitivity == "personal" and item.type == "text":
        return personal(name, mark)
    return DEFAULTS[item.type]


def secret(name: str, mark: object) -> str:
    """Text that must never land anywhere."""
    return f"CANARY-SECRET-{name}-{mark}"


def personal(name: str, mark: object) -> str:
    """Text that may land only where personal data is switched on."""
    return f"CANARY-PERSONAL-{name}-{mark}"
