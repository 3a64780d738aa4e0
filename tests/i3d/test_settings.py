"""The environment as settings: refused in one sentence where it makes no sense, and never a secret in a message."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.settings import Settings, is_loopback, read_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("url", ["http://api.i3d.net", "http://10.0.0.1", "http://localhost.example.net", "http://0.0.0.0:80"])
def test_the_key_never_travels_in_the_clear(url: str) -> None:
    with pytest.raises(UsageError, match=r"^I3D_BASE_URL: must be https"):
        read_settings(base_url=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://127.9.9.9", "http://localhost:1", "http://[::1]:9"])
def test_this_machine_may_do_without_https(url: str) -> None:
    assert read_settings(base_url=url).base_url == url


@pytest.mark.parametrize("url", ["api.i3d.net", "ftp://api.i3d.net", "https://", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="must look like https"):
        read_settings(base_url=url)


@pytest.mark.parametrize("url", ["https://api.i3d.net/", "https://api.i3d.net/v3", "https://api.i3d.net/v3/"])
def test_the_version_is_not_part_of_the_address(url: str) -> None:
    assert read_settings(base_url=url).base_url == "https://api.i3d.net"


@pytest.mark.parametrize(
    ("host", "stays"), [("localhost", True), ("127.0.0.1", True), ("::1", True), ("example.net", False), ("128.0.0.1", False)]
)
def test_loopback_is_told_by_the_address(host: str, stays: bool) -> None:
    assert is_loopback(host) is stays


def test_the_environment_is_read_and_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("I3D_PAGE_SIZE=7\nI3D_CONCURRENCY=3\nOTHER=1\n")
    monkeypatch.setenv("I3D_PAGE_SIZE", "9")
    settings = read_settings(concurrency=None)
    assert (settings.page_size, settings.concurrency) == (9, 3)
    assert read_settings(page_size=11).page_size == 11


@pytest.mark.parametrize(
    ("name", "value"),
    [("CONCURRENCY", "0"), ("CONCURRENCY", "65"), ("PAGE_SIZE", "0"), ("DEADLINE_SECONDS", "-1"), ("TIMEOUT_SECONDS", "soon"),
     ("PERSONAL_DATA", "secret-choice"), ("AS_OF", "yesterday"), ("LAND_UNKNOWN", "perhaps"), ("LOCK_WAIT_SECONDS", "-1"),
     ("MEMORY_LIMIT", "lots"), ("MEMORY_LIMIT", "2GB'; select 1"), ("HISTORY_DAYS", "999999999"), ("AS_OF", "0001-01-01"),
     ("AS_OF", "9999-12-31"),
     ("NIGHTLY_CRON", "every day"), ("HOURLY_CRON", ""), ("MONTHLY_CRON", "* * * *"), ("SCHEDULE_TIMEZONE", "Europe/Amsterdm"),
     ("SCHEDULE_TIMEZONE", "")],
)  # fmt: skip
def test_a_senseless_value_is_refused_by_name_and_not_repeated(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"I3D_{name}", value)
    with pytest.raises(UsageError, match=rf"^I3D_{name}: .+\. See \.env\.example\.$") as caught:
        read_settings()
    assert "\n" not in str(caught.value)
    assert value not in ("secret-choice", "yesterday") or value not in str(caught.value)


def test_no_secret_shows_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("I3D_API_TOKEN", "the-key")
    monkeypatch.setenv("I3D_PSEUDONYM_KEY", "the-pepper")
    shown = read_settings()
    for text in (repr(shown), str(shown), shown.model_dump_json()):
        assert "the-key" not in text
        assert "the-pepper" not in text


@pytest.mark.parametrize("given", ["2024-02-29T06:00", "2024-02-29T06:00:00.750Z", "2024-02-29T08:00+02:00"])
def test_the_clock_of_a_load_is_utc_to_the_second(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("I3D_AS_OF", given)
    assert read_settings().clock() == datetime(2024, 2, 29, 6, tzinfo=UTC)
    assert read_settings().clock().utcoffset() is not None


def test_locked_operations_are_unlocked_by_whole_names() -> None:
    settings = read_settings(allow_locked=" sign_up , other")
    assert settings.unlocked("sign_up")
    assert not settings.unlocked("sign")


def test_the_example_names_every_setting_with_its_default() -> None:
    told = dict(re.findall(r"^#(I3D_\w+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
    assert told.keys() == {f"I3D_{name.upper()}" for name in Settings.model_fields}
    plain = Settings(_env_file=None).model_dump(mode="json")
    for name, value in plain.items():
        shown = "" if value is None else str(value).removesuffix(".0")
        assert told[f"I3D_{name.upper()}"].lower() == shown.lower(), name
