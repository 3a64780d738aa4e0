"""The environment, read and validated once. Nothing here is read at import, and no secret shows in a message."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.errors import UsageError

YEARS = range(2000, 2200)  # in which a clock or a window makes sense: what is far outside is a slip of the keyboard


class Settings(BaseSettings):
    """Everything a user can set: `I3D_<NAME>` in the environment or in a file `.env`, described in `.env.example`."""

    model_config = SettingsConfigDict(env_prefix="I3D_", env_file=".env", extra="ignore", hide_input_in_errors=True)

    api_token: SecretStr = SecretStr("")
    base_url: str = "https://api.i3d.net"
    warehouse: Path = Path("data/warehouse.duckdb")
    personal_data: Literal["hashed", "plain"] = "hashed"
    pseudonym_key: SecretStr = SecretStr("")
    as_of: datetime | None = None
    actor: str = ""
    approvers: str = ""
    allow_locked: str = ""
    max_operations: int = Field(default=50, ge=1)
    max_percent: float = Field(default=100, gt=0, le=100)
    max_order_amount: str = ""
    max_errors: int = Field(default=3, ge=1)
    land_unknown: bool = False
    concurrency: int = Field(default=8, ge=1, le=64)
    requests_per_second: int = Field(default=0, ge=0)
    timeout_seconds: float = Field(default=90, gt=0)
    deadline_seconds: float = Field(default=300, gt=0)
    page_size: int = Field(default=100, ge=1)
    lock_wait_seconds: float = Field(default=30, ge=0)
    history_days: int = Field(default=90, ge=0, le=3660)
    final_after_days: int = Field(default=3, ge=0, le=3660)
    window_days: int = Field(default=31, ge=1, le=31)
    memory_limit: str = "2GB"
    settings_folder: Path | None = None
    nightly_cron: str = "15 3 * * *"
    hourly_cron: str = "5 * * * *"
    monthly_cron: str = "30 6 2 * *"
    schedule_timezone: str = "UTC"
    notify: SecretStr = SecretStr("")

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must look like https://api.i3d.net")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must be https: the key would travel in the clear")
        return value.rstrip("/").removesuffix("/v3")

    @field_validator("max_order_amount")
    @classmethod
    def _check_amounts(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Z]{3}:\d+(\.\d+)?(,[A-Z]{3}:\d+(\.\d+)?)*", value):
            raise ValueError("must look like EUR:500,USD:550")
        return value

    @field_validator("memory_limit")
    @classmethod
    def _check_memory(cls, value: str) -> str:
        if not re.fullmatch(r"\d+(\.\d+)? ?[kmgt]i?b", value, re.IGNORECASE):
            raise ValueError("must look like 2GB")
        return value

    @field_validator("nightly_cron", "hourly_cron", "monthly_cron")
    @classmethod
    def _check_cron(cls, value: str) -> str:
        if not re.fullmatch(r"@\w+|([\w*,/-]+ +){4}[\w*,/-]+", value) or not re.search(r"[\d*@]", value):
            raise ValueError("must be five fields: minute, hour, day, month, weekday")
        return value

    @field_validator("schedule_timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("must be a time zone such as Europe/Amsterdam") from None
        return value

    @field_validator("as_of")
    @classmethod
    def _check_as_of(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.year not in YEARS:
            raise ValueError(f"must lie between {YEARS[0]} and {YEARS[-1]}")
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value

    def clock(self) -> datetime:
        """The load's clock in UTC: `I3D_AS_OF` or the real now, to the second."""
        return (self.as_of or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)

    def may_approve(self, name: str) -> bool:
        """Whether `I3D_APPROVERS` names this person, or nobody."""
        return not self.approvers.strip() or name in {word.strip() for word in self.approvers.split(",")}

    def order_limits(self) -> dict[str, Decimal]:
        """The most that the orders of a plan may cost, by currency."""
        pairs = (word.split(":") for word in self.max_order_amount.split(",") if word)
        return {currency: Decimal(amount) for currency, amount in pairs}

    def unlocked(self, name: str) -> bool:
        """Whether `I3D_ALLOW_LOCKED` names this operation."""
        return name in {word.strip() for word in self.allow_locked.split(",")}


def is_loopback(host: str) -> bool:
    """Whether a host name or address stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(**given: object) -> Settings:
    """The settings of this process; keywords win over the environment.

    Raises UsageError, in one sentence, when a value makes no sense.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "I3D_" + "_".join(str(part) for part in first["loc"]).upper()
        raise UsageError(f"{name}: {first['msg'].removeprefix('Value error, ')}. See .env.example.") from None
    except UnicodeDecodeError:
        raise UsageError("The file .env is not text in UTF-8.", "Write it again: .env.example shows what it may say.") from None
