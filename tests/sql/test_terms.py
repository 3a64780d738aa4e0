"""Settings files that cannot be right are refused in a sentence that names file, line and column; good ones are left alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from scratch import write_raw

from pipelines.build import build
from pipelines.demo import MARK, chosen_terms, terms_of
from pipelines.errors import UsageError
from pipelines.settings import read_settings
from pipelines.simulator.terms import write_terms
from pipelines.simulator.world import World
from pipelines.terms import OWN, check_terms, column_types
from pipelines.warehouse import Warehouse

pytestmark = pytest.mark.xdist_group("dbt terms")
SEEDS = ("resource_type:seed", "resource_type:test,path:models/staging/_settings.yml")
# Everything that a test of its own forbids; the rows are as wrong as their test is called.
WRONG = {
    "contract_terms": [
        "colocation:1,-1,,,,,", "colocation:1,,,p95,,,", ",,,,ceil,,", "rack 7,,,,,avg,",
    ],
    "flexmetal_prices": [
        "bm7,6,EUR,0.35,,2026-01-01,2026-03-01", "bm7,6,EUR,0.30,,2026-02-01,", "bm7,6,EUR,0.30,,2026-02-01,",
        ",6,euro,,,,", "bm9,,,-1,,,",
    ],
    "meter_events": ["1,2026-01-01 00:00:00,,", "1,2026-01-01 00:00:00,5,-1"],
    "vat_rates": ["NLD,21,,", "NL,121,,", "NL,121,,"],
}  # fmt: skip


@pytest.fixture
def terms(tmp_path: Path) -> Callable[..., Path]:
    """A folder with the project's own settings files, some of them with rows."""

    def make(**rows: list[str]) -> Path:
        folder = tmp_path / "settings"
        shutil.copytree(OWN, folder)
        for name, lines in rows.items():
            with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
                file.write("".join(line + "\n" for line in lines))
        return folder

    return make


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.private.parent.mkdir()
    write_raw(made.private, {})
    return made


def test_the_project_s_own_files_have_their_columns_and_no_rows():
    check_terms(OWN)
    assert {name: (OWN / f"{name}.csv").read_text().strip() for name in column_types()} == {
        name: ",".join(listed) for name, listed in column_types().items()
    }


def test_a_missing_file_and_a_wrong_column_are_named(terms):
    folder = terms()
    (folder / "vat_rates.csv").write_text("country_code,rate,valid_from,valid_to\n")
    with pytest.raises(UsageError, match=r"vat_rates\.csv has the columns .*rate,.* and needs country_code,rate_pct,"):
        check_terms(folder)
    (folder / "meter_events.csv").unlink()
    with pytest.raises(UsageError, match=r"There is no settings file .*meter_events\.csv"):
        check_terms(folder)


def test_a_demo_keeps_the_settings_files_of_its_account(tmp_path):
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    written = write_terms(World(), terms_of(warehouse))
    settings = read_settings()
    assert chosen_terms(settings, warehouse) is None, "not a demo"
    warehouse.private.with_suffix(MARK).touch()
    assert chosen_terms(settings, warehouse) == written
    assert chosen_terms(settings.model_copy(update={"settings_folder": OWN}), warehouse) == OWN
    check_terms(written)
    assert "bm7.std.8,,EUR,0.35,,,\n" in (written / "flexmetal_prices.csv").read_text()


@pytest.mark.slow
def test_text_in_a_number_stops_the_build(terms, warehouse):
    folder = terms(contract_terms=["colocation:1,0.95,,,,,", 'colocation:2,"0,95",,,,,'])
    with pytest.raises(UsageError, match=r"In the settings file contract_terms\.csv, line 3: price_per_mbit is '0,95'"):
        build(warehouse, SEEDS, folder)
    assert not warehouse.published.exists()


@pytest.mark.slow
def test_nonsense_in_a_settings_file_fails_the_test_of_that_name_and_the_file_stays_as_it_was(terms, warehouse):
    folder = terms(**WRONG)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = build(warehouse, ("+services", *SEEDS), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert not result.published
    assert {failure.split(":")[0] for failure in result.failed} == {
        "numbers_in_contract_terms_are_not_negative", "a_service_has_one_row_in_contract_terms",
        "every_row_of_contract_terms_names_its_service", "services_in_contract_terms_exist",
        "service_keys_in_contract_terms_look_like_colocation_123", "bandwidth_methods_in_contract_terms_are_known",
        "overuse_roundings_in_contract_terms_are_known", "amps_bases_in_contract_terms_are_known",
        "a_price_in_flexmetal_prices_has_one_row", "periods_in_flexmetal_prices_do_not_overlap",
        "prices_in_flexmetal_prices_are_not_negative", "every_row_of_flexmetal_prices_names_its_type",
        "every_price_in_flexmetal_prices_has_a_currency", "currencies_in_flexmetal_prices_are_iso_codes",
        "every_row_of_flexmetal_prices_has_a_price_per_hour", "a_meter_event_has_one_row",
        "readings_in_meter_events_are_not_negative", "every_meter_event_has_an_old_reading",
        "every_meter_event_has_a_new_reading", "a_vat_rate_has_one_row", "vat_rates_are_between_0_and_100",
        "countries_in_vat_rates_are_iso_codes",
    }  # fmt: skip
