"""What nobody knows about the real API, one switch per unknown, and the faults to throw in. Data only.

The defaults are what the documentation says, or the likelier reading where it says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

FaultKind = Literal[
    "429", "429-bare", "408", "425", "500", "502-html", "503", "504-empty", "truncated", "not-json", "empty-200",
    "error-200", "hang", "reset", "redirect",
]  # fmt: skip
RefusalKind = Literal["422"]


@dataclass(slots=True)
class Fault:
    """A failure of the calls whose path starts with `path`: it spares the first `after`, then hits `times` of them.

    `method` leaves other methods alone; `committed` fails the answer only, after the call has taken effect.
    """

    kind: FaultKind | RefusalKind
    path: str = "/v3"
    times: int = 1
    after: int = 0
    method: str = ""
    committed: bool = False

    def strikes(self, method: str, path: str) -> bool:
        """Whether it hits this call; counts the call."""
        if not path.startswith(self.path) or self.times < 1 or self.method not in ("", method):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class Switches:
    """How this API behaves where the documentation leaves room; `gap_share` is the share of samples that never arrive."""

    page_cap: int | None = None
    past_end: Literal["empty", "null", "404", "416"] = "empty"
    ignore_paging: set[str] = field(default_factory=set)
    missing_header: Literal["default", "400"] = "default"
    insert_between_pages: set[str] = field(default_factory=set)
    delete_between_pages: set[str] = field(default_factory=set)
    newest_first: bool = True
    page_token: bool = False
    page_token_seconds: int = 600

    window_inclusive_end: bool = False
    window_max_days: int | None = None
    unit: str = "hour"
    null_unit: bool = True
    sample_seconds: int = 300
    late_seconds: int = 0
    gap_share: float = 0.0
    retention_days: int | None = None

    date_style: Literal["iso", "dmy"] = "iso"
    no_date: str | None = ""
    amounts_unit: Literal["cents", "currency"] = "cents"
    bad_key_status: Literal[401, 403] = 403
    denied: set[str] = field(default_factory=set)
    extra_fields: bool = False
    missing_fields: bool = False

    cross_connect_invoice: Literal["Invoice", "CrossConnect"] = "Invoice"
    calc_answer: Literal["object", "list"] = "list"
    attachment_encoding: Literal["base64", "raw"] = "base64"
    ticket_read_marks: bool = True
    list_released: bool = True
    list_revoked: bool = False
    faults: list[Fault] = field(default_factory=list)

    def change(self, values: Mapping[str, Any]) -> None:
        """Sets switches by name; lists become sets where the switch is one. Raises ValueError for an unknown name."""
        unknown = sorted(set(values) - {item.name for item in fields(self)})
        if unknown:
            raise ValueError(f"no such switch: {', '.join(unknown)}")
        for name, value in values.items():
            setattr(self, name, set(value) if isinstance(getattr(self, name), set) else value)

    def strike(self, method: str, path: str) -> Fault | None:
        """The first fault that hits this call."""
        return next((fault for fault in self.faults if fault.strikes(method, path)), None)
