"""From the bytes of telemetry answers to one typed Arrow table, without a Python object for each sample.

Only answers that a column-wise reader cannot type go through Python, one by one, so that a single bad sample is set aside
with its reason and all others land.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from pipelines.errors import BadAnswerError, I3DError
from pipelines.i3d.columns import tables
from pipelines.i3d.fetch import Job
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import Landing, Privacy, column, parameter_column
from pipelines.i3d.shape import Shape

TYPES = {
    "text": pa.string(), "bigint": pa.int64(), "double": pa.float64(), "bool": pa.bool_(), "json": pa.string(),
    "timestamp": pa.timestamp("us", "UTC"), "date": pa.date32(),
}  # fmt: skip
DAY = 86_400
WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Reject:
    """A sample that could not be typed: where it came from, why, and its text."""

    job: Job
    reason: str
    sample: str


def to_table(operation: Operation, answers: Sequence[tuple[Job, bytes]]) -> tuple[pa.Table, list[Reject]]:
    """The samples of many answers with their parents' ids, in the table's columns plus `window`, the answer's position.

    A time stamp outside its window is dropped, of equal ones the last is kept. Raises BadAnswerError for an answer that is
    no list of samples.
    """
    try:
        table, rejects = _columns(operation, _parse(operation, [body for _, body in answers])), list[Reject]()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        table, rejects = _one_by_one(operation, answers)
    return _finish(operation, table, [job for job, _ in answers]), rejects


def _parse(operation: Operation, bodies: list[bytes]) -> pa.Table:
    """One row per sample, untyped, with `window` and `unit`."""
    # A JSON text holds no bare line break inside a string, so that each answer fits on a line of its own.
    lines = b"\n".join(b'{"answer":' + body.replace(b"\n", b" ").replace(b"\r", b" ") + b"}" for body in bodies)
    read = pj.ReadOptions(block_size=max(1 << 20, max(map(len, bodies)) + 64), use_threads=True)
    answers = pj.read_json(pa.BufferReader(lines), read_options=read)["answer"].combine_chunks()
    if pa.types.is_null(answers.type):
        return _none(operation)
    if not pa.types.is_list(answers.type):
        raise BadAnswerError(f"{operation.path} should answer with a list.")
    owner, rows = pc.list_parent_indices(answers), pc.list_flatten(answers)
    unit = pa.nulls(len(rows), pa.string())
    if not pa.types.is_struct(rows.type):
        return _none(operation)
    if rows.type.get_field_index("data") >= 0:
        unit = rows.field("unit") if rows.type.get_field_index("unit") >= 0 else unit
        data = rows.field("data")
        if not pa.types.is_list(data.type):
            return _none(operation)
        inner, rows = pc.list_parent_indices(data), pc.list_flatten(data)
        owner, unit = owner.take(inner), unit.take(inner)
    return pa.table({WINDOW: owner.cast(pa.int64()), "unit": unit.cast(pa.string()), "sample": rows})


def _none(operation: Operation) -> pa.Table:
    empty = pa.array([], pa.struct([]))
    return pa.table({WINDOW: pa.array([], pa.int64()), "unit": pa.array([], pa.string()), "sample": empty})


def _columns(operation: Operation, parsed: pa.Table) -> pa.Table:
    """The samples' fields as the declared types; raises ArrowInvalid where one value does not fit."""
    sample = parsed["sample"].combine_chunks()
    found: dict[str, Any] = {WINDOW: parsed[WINDOW].combine_chunks(), "unit": parsed["unit"].combine_chunks()}
    for name, kind in _fields(operation).items():
        has = pa.types.is_struct(sample.type) and sample.type.get_field_index(name) >= 0
        found[column(name)] = _cast(sample.field(name), kind) if has else pa.nulls(len(sample), kind)
    table = pa.table(found)
    if table["timestamp"].null_count:
        raise pa.ArrowInvalid("a sample without a time stamp")
    return table


def _fields(operation: Operation) -> dict[str, pa.DataType]:
    declared = tables(operation)[operation.table]
    data = (operation.shape or Shape("")).fields["data"].of
    return {name: TYPES[declared[column(name)].type] for name in (data.fields if isinstance(data, Shape) else ())}


def _cast(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if not pa.types.is_string(values.type) or pa.types.is_string(kind):
        return values.cast(kind)
    try:
        return values.cast(kind)
    except pa.ArrowInvalid:
        values = pc.utf8_trim_whitespace(values)
        return pc.if_else(pc.equal(values, ""), None, values).cast(kind)


def _one_by_one(operation: Operation, answers: Sequence[tuple[Job, bytes]]) -> tuple[pa.Table, list[Reject]]:
    """The slow way, for the batch that holds something odd: each sample typed by itself, the bad ones set aside."""
    typed, landing = Landing(operation, Privacy(key=None)), tables(operation)[operation.table]
    sample, rejects, rows = typed.sample(), list[Reject](), list[dict[str, Any]]()
    for window, (job, body) in enumerate(answers):
        for unit, raw in _samples(operation, body):
            try:
                rows.append(sample(raw) | {WINDOW: window, "unit": unit})
            except (I3DError, AttributeError) as error:
                reason = error.message if isinstance(error, I3DError) else "A sample is no object."
                rejects.append(Reject(job, reason, orjson.dumps(raw).decode()))
    schema = {WINDOW: pa.int64(), "unit": pa.string()}
    schema |= {column(name): TYPES[landing[column(name)].type] for name in _fields(operation)}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(schema.items()))), rejects


def _samples(operation: Operation, body: bytes) -> list[tuple[str | None, Any]]:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadAnswerError(f"{operation.path} answered with something that is not JSON.") from None
    if not isinstance(payload, list) or not all(isinstance(envelope, dict) for envelope in payload):
        if payload is None:
            return []
        raise BadAnswerError(f"{operation.path} should answer with a list of objects.")
    return [(envelope.get("unit"), raw) for envelope in payload for raw in envelope.get("data") or []]


def _finish(operation: Operation, table: pa.Table, jobs: list[Job]) -> pa.Table:
    """Inside the window only, sorted, the last of equals; ids, day and position added; columns in their order."""
    window, stamp = table[WINDOW].to_numpy(), table["timestamp"].to_numpy()
    starts, ends = _bounds(jobs)
    inside = (stamp >= starts[window]) & (stamp < ends[window])
    numbered = "position" in operation.key
    order, position = _order(table, window, stamp, inside, numbered=numbered)
    if len(order) < len(stamp) or not (order[1:] > order[:-1]).all():
        table, stamp = table.take(pa.array(order)), stamp[order]
    declared = tables(operation)[operation.table]
    made: dict[str, Any] = {WINDOW: table[WINDOW], "position": pa.array(position)}
    made["window_start"] = pa.array((stamp - stamp % DAY) * 1_000_000).cast(TYPES["timestamp"])
    for parameter in operation.parameters:
        ids = pa.array([job.parameters[parameter] for job in jobs], pa.string())
        made[parameter_column(operation, parameter)] = ids.take(table[WINDOW].combine_chunks())
    unit = table["unit"]
    made["unit"] = pc.fill_null(unit, "") if declared["unit"].key else unit
    return pa.table({name: made.get(name, table[name] if name in table.column_names else None) for name in (*declared, WINDOW)})


def _bounds(jobs: list[Job]) -> tuple[Any, Any]:
    windows = [job.window for job in jobs if job.window is not None]
    starts = np.array([int(one.start.timestamp()) for one in windows], np.int64)
    return starts, np.array([int(one.end.timestamp()) for one in windows], np.int64)


def _order(table: pa.Table, window: Any, stamp: Any, inside: Any, *, numbered: bool) -> tuple[Any, Any]:
    """Which rows to keep, in the order of window, day, unit and time; and each one's number among equals."""
    rows = np.flatnonzero(inside)
    keys = [window[rows], stamp[rows] // DAY, _numbered(table["unit"])[rows], stamp[rows]]
    if _rises(keys):
        return rows, np.zeros(len(rows), np.int64)
    order = np.lexsort((rows, *reversed(keys)))
    rows, keys = rows[order], [values[order] for values in keys]
    same = np.ones(len(rows), bool)
    for values in keys:
        same[1:] &= values[1:] == values[:-1]
    same[:1] = False
    if not numbered:
        last = np.append(~same[1:], True)[: len(rows)]
        return rows[last], np.zeros(int(last.sum()), np.int64)
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(rows))))
    return rows, np.arange(len(rows)) - first


def _numbered(units: pa.ChunkedArray) -> Any:
    if units.null_count == len(units):
        return np.zeros(len(units), np.int8)
    return units.combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)


def _rises(keys: list[Any]) -> bool:
    """Whether rows are in order already and all different, as they mostly come: sorting costs more than looking."""
    later = np.zeros(max(0, len(keys[0]) - 1), bool)
    for values in reversed(keys):
        later = (values[1:] > values[:-1]) | ((values[1:] == values[:-1]) & later)
    return bool(later.all())
