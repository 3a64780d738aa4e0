"""Values that a plan does not hold: where a secret, a file or a value of the present state is taken from when it is applied.

In a plan such a place is an object `{"$from": "env:NAME" | "file:PATH" | "upload:PATH" | "present", "digest": …}`. The keyed
digest, where known, makes sure that what is sent is what was planned.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipelines.errors import UsageError
from pipelines.i3d.writeback.digests import Digests

FROM = "$from"
PRESENT = "present"
LARGEST_UPLOAD = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value comes from; `digest` is of the value at the time of the plan, empty while unknown."""

    source: str
    digest: str = ""

    @property
    def path(self) -> Path:
        """The file behind a `file:` or `upload:` place."""
        return Path(self.source.partition(":")[2])

    def as_json(self) -> dict[str, str]:
        """The object in a plan."""
        return {FROM: self.source, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in hand: what goes into a multipart body."""

    name: str
    content: bytes


def secret_place(path: str, value: Any) -> Place:
    """The place of a secret. Raises UsageError for one that is written out: it would end up in a plan and a shell history."""
    kind, _, rest = str(value).partition(":") if isinstance(value, str) else ("", "", "")
    if kind not in ("env", "file") or not rest:
        raise UsageError(f"{path} is a secret and is never written out.", f"Give {path}=env:NAME or {path}=file:PATH.")
    return Place(f"{kind}:{rest if kind == 'env' else Path(rest).expanduser().resolve()}")


def file_place(path: str, value: Any) -> Place:
    """The place of a file to upload. Raises UsageError when there is no such file, or when it is too large."""
    name = str(value).removeprefix("@")
    file = Path(name).expanduser().resolve()
    if not name or not file.is_file():
        raise UsageError(f"{path} should be a file, and there is no {name!r}.", f"Give {path}=PATH.")
    if file.stat().st_size > LARGEST_UPLOAD:
        most = f"at most {LARGEST_UPLOAD // 1024**2} MB can be uploaded"
        raise UsageError(f"{file.name} is too large: {most}.", "Choose a smaller file.")
    return Place(f"upload:{file}")


def read_place(place: Place, present: Any = None) -> Any:
    """The value itself: text, an Upload, or the value of the present state. Raises UsageError when it is not there."""
    kind, _, name = place.source.partition(":")
    if kind == PRESENT:
        return present
    if kind == "env":
        if not os.environ.get(name):
            raise UsageError(f"The environment has no {name}, where a secret should be.", f"Set {name} and run it again.")
        return os.environ[name]
    try:
        content = place.path.read_bytes()
    except OSError as error:
        raise UsageError(f"{place.path} cannot be read ({error.strerror}).", "The plan takes a value from it.") from None
    if kind == "upload":
        return Upload(place.path.name, content)
    return content.decode("utf-8", "replace").rstrip("\r\n")


def note_digests(value: Any, digests: Digests) -> Any:
    """The value with a digest in every place whose value is there already; a missing secret is only missed when it is sent."""
    if isinstance(value, dict):
        return {name: note_digests(item, digests) for name, item in value.items()}
    if isinstance(value, list):
        return [note_digests(item, digests) for item in value]
    if not isinstance(value, Place) or value.digest:
        return value
    if value.source.startswith("env:") and not os.environ.get(value.source.partition(":")[2]):
        return value
    return replace(value, digest=digests.of(recordable(read_place(value))))


def fill_places(value: Any, digests: Digests, present: dict[str, Any]) -> Any:
    """The value with every place filled in, the last step before sending; `present` are the fields of the present state.

    Raises UsageError when something is missing, or is not what was planned.
    """
    if isinstance(value, dict):
        return {
            name: fill_places(item, digests, {"": present.get(name)} if isinstance(item, Place) else {})
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [fill_places(item, digests, {}) for item in value]
    if not isinstance(value, Place):
        return value
    found = read_place(value, present.get(""))
    if value.digest and digests.of(recordable(found)) != value.digest:
        raise UsageError(f"What {value.source} holds is not what was planned.", "Make a new plan.")
    return found


def recordable(value: Any) -> Any:
    """A value that a digest can be taken of: files in it by their name and content."""
    if isinstance(value, dict):
        return {name: recordable(item) for name, item in value.items()}
    return {"name": value.name, "content": value.content.hex()} if isinstance(value, Upload) else value


def as_json(value: Any) -> Any:
    """A body as a plan writes it down."""
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.as_json() if isinstance(value, Place) else value


def from_json(value: Any) -> Any:
    """A body as a plan held it."""
    if isinstance(value, dict):
        if FROM in value:
            return Place(value[FROM], value.get("digest", ""))
        return {name: from_json(item) for name, item in value.items()}
    return [from_json(item) for item in value] if isinstance(value, list) else value
