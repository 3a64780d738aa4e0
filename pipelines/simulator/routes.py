"""Which operation a call means: the catalogue's paths, static segments before parameters."""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import unquote

from pipelines.i3d.catalogue import OPERATIONS
from pipelines.i3d.operation import Operation

Route = tuple[Operation, tuple[str, ...]]


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{")


def _build() -> dict[tuple[str, int], list[Route]]:
    routes: dict[tuple[str, int], list[Route]] = defaultdict(list)
    for operation in OPERATIONS:
        segments = tuple(operation.path.split("/"))
        routes[operation.method, len(segments)].append((operation, segments))
    for listed in routes.values():
        listed.sort(key=lambda route: [_is_parameter(segment) for segment in route[1]])
    return routes


ROUTES = _build()


def match(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation and its decoded path parameters, or None for a path that does not exist."""
    parts = [unquote(part) for part in path.split("/")]
    for operation, segments in ROUTES.get((method, len(parts)), ()):
        pairs = list(zip(segments, parts, strict=True))
        if all(segment == part or (_is_parameter(segment) and part) for segment, part in pairs):
            return operation, {segment[1:-1]: part for segment, part in pairs if _is_parameter(segment)}
    return None
