"""Where the API has moved away from the catalogue: fields nobody declared, fields that are gone, operations known elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.errors import AuthError, I3DError, NotFoundError
from pipelines.i3d.client import Client, rows_of
from pipelines.i3d.operation import Operation, get
from pipelines.i3d.paging import ranged
from pipelines.i3d.rows import Landing, Privacy
from pipelines.i3d.selection import LISTS
from pipelines.i3d.shape import Shape

# Seen in the provider's newer pages and clients, not in the document this catalogue follows.
RUMOURED = ("/flexMetal/plans", "/flexVM/clouds", "/flexVM/images", "/flexVM/instanceTypes", "/flexVM/capacity")


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference: where, which field or path, and of what kind."""

    where: str
    what: str
    kind: str


def find_drift(client: Client) -> Iterator[Drift]:
    """Asks one page of every default list, and whether rumoured operations exist."""
    for operation in LISTS:
        yield from _fields(client, operation)
    for path in RUMOURED:
        try:
            client.ask(get(path, "rumour", None, "not in the catalogue"))
        except AuthError:
            raise
        except I3DError:
            continue
        yield Drift(f"/v3{path}", "", "operation not in the catalogue")


def _fields(client: Client, operation: Operation) -> Iterator[Drift]:
    headers = ranged(0, client.settings.page_size) if operation.paged else {}
    landing = Landing(operation, Privacy(key=None))
    try:
        rows = rows_of(operation, client.ask(operation, headers=headers).payload)
        for row in rows:
            landing.land(row)
    except AuthError:
        raise
    except NotFoundError:
        yield Drift(operation.path, "", "operation gone")
        return
    except I3DError as error:
        yield Drift(operation.path, "", error.message)
        return
    for name, kind in sorted(landing.unknown):
        yield Drift(operation.path, name, f"field not in the catalogue ({kind})")
    seen = {name for row in rows for name in row}
    for name in sorted(set((operation.shape or Shape("")).fields) - seen) if rows else ():
        yield Drift(operation.path, name, "field no longer sent")
