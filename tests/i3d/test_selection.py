"""Which operations a load reads for which words, and in what order. What the lines of the catalogue say is tested elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UsageError
from pipelines.i3d.catalogue import AREAS, BY_NAME, BY_TABLE
from pipelines.i3d.operation import OPT_IN
from pipelines.i3d.selection import LOADED, find, levels, parent_of, select, suggest

GROUPS = sorted({line.group for line in LOADED})


def test_no_word_means_every_default_table() -> None:
    assert select(()) == tuple(line for line in LOADED if line.group not in OPT_IN)


@pytest.mark.parametrize("table", BY_TABLE)
def test_a_table_names_itself_opted_in_or_not(table: str) -> None:
    assert select([table]) == (BY_TABLE[table],)


@pytest.mark.parametrize("word", [*AREAS, *GROUPS])
def test_an_area_or_group_names_its_tables(word: str) -> None:
    found = set(select([word]))
    assert {line for line in LOADED if line.group == word} <= found
    assert all(line.group == word or (line.area == word and line.default) for line in found)
    assert found


@given(st.lists(st.sampled_from([*BY_TABLE, *AREAS, *GROUPS]), min_size=1, max_size=6))
def test_words_add_up_each_operation_once_in_the_catalogues_order(words: list[str]) -> None:
    chosen = select(words)
    assert set(chosen) == {line for word in words for line in select([word])}
    assert [LOADED.index(line) for line in chosen] == sorted({LOADED.index(line) for line in chosen})


@pytest.mark.parametrize(("word", "meant"), [("invoicez", "invoices"), ("bilings", "billing")])
def test_a_word_that_names_nothing_is_refused_with_the_closest_one(word: str, meant: str) -> None:
    with pytest.raises(UsageError, match=rf"{word}.*Did you mean {meant}\?"):
        select(["countries", word])


def test_on_demand_reads_and_writes_cannot_be_loaded() -> None:
    for name in (line.name for line in BY_NAME.values() if line.kind != "loaded"):
        with pytest.raises(UsageError):
            select([name])


def test_an_operation_is_found_by_name_by_table_and_without_its_verb() -> None:
    assert find("get_countries") is find("countries") is BY_TABLE["countries"]
    assert find("invoice_by_number") is BY_NAME["get_invoice_by_number"]
    assert find("create_flexmetal_tag").kind == "write"
    with pytest.raises(UsageError, match="get_countries"):
        find("get_countriez")


def test_without_anything_close_the_list_is_pointed_out() -> None:
    assert suggest("0000", ["alpha"], "i3d operations") == "`i3d operations` lists all."


@given(st.sets(st.sampled_from(LOADED), max_size=8))
def test_parents_come_on_earlier_levels(chosen: set[object]) -> None:
    found = levels(line for line in LOADED if line in chosen)
    level_of = {line: depth for depth, level in enumerate(found) for line in level}
    assert chosen <= level_of.keys()
    assert sum(map(len, found)) == len(level_of)
    for line, depth in level_of.items():
        parent = parent_of(line)
        assert depth == (0 if parent is None else level_of[parent] + 1)
