"""Where the columns of a query come from."""

from __future__ import annotations

import pytest

from pipelines.lineage import trace

TYPES = {
    "raw": {"a": {"id": "varchar", "x": "bigint", "list": "json"}, "b": {"id": "varchar", "y": "bigint"}},
    "other": {"a": {"id": "varchar", "z": "bigint"}},
}


@pytest.mark.parametrize(
    ("sql", "origins"),
    [
        ("select id as key, x + 1 as more, 7 as seven from raw.a", {"key": ["raw.a.id"], "more": ["raw.a.x"], "seven": []}),
        ("with s as (select * from raw.a) select * from s", {"id": ["raw.a.id"], "x": ["raw.a.x"], "list": ["raw.a.list"]}),
        ("select a.id, y from raw.a left join raw.b using (id)", {"id": ["raw.a.id"], "y": ["raw.b.y"]}),
        ("select x as n from raw.a union all select y from raw.b", {"n": ["raw.a.x", "raw.b.y"]}),
        (
            "with u as (select id, x as n from raw.a union all by name select y as n, id, y as m from raw.b)"
            " select n, id, m from u",
            {"n": ["raw.a.x", "raw.b.y"], "id": ["raw.a.id", "raw.b.id"], "m": ["raw.b.y"]},
        ),
        ("select raw.a.x, other.a.z from raw.a, other.a", {"x": ["raw.a.x"], "z": ["other.a.z"]}),
        ("select (select max(y) from raw.b where b.id = a.id) as top from raw.a", {"top": ["raw.a.id", "raw.b.id", "raw.b.y"]}),
        ("select sum(x) over (partition by id) as s from raw.a", {"s": ["raw.a.id", "raw.a.x"]}),
        ("with recursive n as (select x as i from raw.a union all select i + 1 from n) select i from n", {"i": ["raw.a.x"]}),
        ("select from where", {}),
    ],
)
def test_columns_are_traced_to_the_tables_they_are_read_from(sql: str, origins: dict[str, list[str]]) -> None:
    assert {name: [".".join(one) for one in found] for name, found in trace(sql, TYPES).items()} == origins
