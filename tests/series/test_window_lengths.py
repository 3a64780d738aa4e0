"""How long a window may be: found out from the API, remembered, and never at the price of a sample."""

from __future__ import annotations

from datetime import timedelta

import pytest
from oracle import BEGIN, DAY, Api, File, at, load, stamps

from pipelines.i3d.ledger import Policy
from pipelines.i3d.lengths import Length
from pipelines.i3d.series import CONVINCED
from pipelines.i3d.windows import Window

WEEKS = Policy(history_days=30, final_after=timedelta(days=3), window_days=31)
MONTH = range(24 * 31)


def longest(api: Api) -> float:
    """The days of the longest window that was asked, without its overlap."""
    return max((end - start) // DAY for start, end in api.asked)


def test_a_month_is_one_request_once_a_window_is_proved_and_proof_lasts_a_week() -> None:
    api, file = Api(stamps(MONTH)), File()
    load(api, file, at(24 * 31), policy=WEEKS)
    assert file.samples() == {stamp: value for stamp, value in api.samples.items() if stamp >= at(24).timestamp()}
    assert len(api.asked) == 1 + 3
    assert file.lengths["pdu_power"].proved_days == 30
    for days, requests in ((1, 1), (2, 1), (8, 1 + 3)):
        api.asked.clear()
        api.samples |= stamps(range(24 * (31 + days)))
        load(api, file, at(24 * (31 + days)), policy=WEEKS)
        assert len(api.asked) == requests, f"day {days}"


@pytest.mark.parametrize("ids", ["7", "789"])
@pytest.mark.parametrize("behaviour", ["refuses_above", "cuts_after", "thins_above"])
def test_a_window_that_is_refused_cut_or_thinned_out_is_shortened_and_that_is_remembered(behaviour: str, ids: str) -> None:
    api, file = Api(stamps(MONTH), **{behaviour: 5 * DAY + 600}), File()
    load(api, file, at(24 * 31), policy=WEEKS, ids=ids)
    wanted = {stamp: value for stamp, value in api.samples.items() if stamp >= at(24).timestamp()}
    assert all(file.samples(one) == wanted for one in ids)
    assert file.lengths["pdu_power"].refused_days in range(6, 9)
    api.asked.clear()
    load(api, file, at(24 * 31), Window(at(24), at(24 * 30)), policy=WEEKS, ids=ids)
    assert longest(api) <= 5
    assert all(file.samples(one) == wanted for one in ids)


def test_finer_samples_are_not_replaced_by_coarser_ones_of_a_longer_window() -> None:
    api, file = Api(stamps(MONTH)), File()
    load(api, file, at(24 * 31), policy=WEEKS)
    before = file.samples()
    api.thins_above = DAY + 600
    assert file.lengths["pdu_power"].proved_days == 30
    load(api, file, at(24 * 31), Window(at(24), at(24 * 30)), policy=WEEKS)
    assert file.samples() == before
    assert file.lengths["pdu_power"].refused_days > 0


def test_an_entity_that_is_refused_altogether_says_nothing_of_the_length() -> None:
    api, file = Api(stamps(MONTH), refuses_entity="6"), File()
    fetched = load(api, file, at(24 * 31), policy=WEEKS, ids="67")
    assert fetched.error is None
    assert fetched.gone > 0
    assert file.lengths["pdu_power"].refused_days == 0
    assert longest(api) == 30
    assert file.samples()[int(at(24 * 30).timestamp())] == 24 * 30


def test_gaps_do_not_make_every_day_a_request_of_its_own() -> None:
    holes = [hour for hour in MONTH if hour % 24 != 7]
    api, file = Api(stamps(holes)), File()
    load(api, file, at(24 * 31), policy=WEEKS, ids="6789")
    assert all(file.samples(one).keys() == {one for one in api.samples if one >= at(24).timestamp()} for one in "6789")
    assert len(api.asked) <= 4 + 3 + CONVINCED


def test_the_setting_caps_what_was_proved() -> None:
    api, file = Api(stamps(MONTH)), File(lengths={"pdu_power": Length("pdu_power", 31, 0, BEGIN)})
    load(api, file, at(24 * 31), policy=Policy(history_days=30, window_days=3))
    assert longest(api) == 3


def test_the_sample_that_closes_a_month_comes_with_the_next_day() -> None:
    """2026-03-01 00:00 closes February: a load of February alone must bring it, a load of February's last day too."""
    month_end = at(24 * 3)
    assert (month_end.month, month_end.day) == (3, 1)
    for start in (at(0), at(24 * 2)):
        api, file = Api(stamps(MONTH)), File()
        load(api, file, at(24 * 10), Window(start, month_end), policy=WEEKS)
        assert int(month_end.timestamp()) in file.samples()
