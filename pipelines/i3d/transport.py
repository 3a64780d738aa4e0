"""One HTTP request to i3D.net: the retry of reads, the classes of errors.

What does not belong here: connections (`wire.py`), paging (`paging.py`), rows (`rows.py`), what the answer to a write means
(`writeback/sending.py`), and the retry of writes, which does not exist.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import tenacity
from pyrate_limiter import Duration, Limiter, Rate

from pipelines.errors import (
    ApiError,
    AuthError,
    BadAnswerError,
    I3DError,
    LostAnswerError,
    NotAllowedError,
    NotFoundError,
    UnreachableError,
)
from pipelines.i3d.answer import GARBAGE, Answer, Form, code_of, decode, error_body, retry_after, words_of
from pipelines.i3d.gate import Counters, Gate
from pipelines.i3d.redaction import MASK
from pipelines.i3d.wire import UNSENT, BrokenError, Response, Upload, Wire, timeout_of
from pipelines.settings import Settings

log = logging.getLogger(__name__)
TRANSIENT = frozenset({408, 425, 429})
FORBIDDEN = frozenset({401, 403})


class TransientError(Exception):
    """Worth another try; `cause` is what to raise when no try is left, `wait` what the API asked for, in seconds."""

    def __init__(self, cause: I3DError, wait: float = 0.0) -> None:
        super().__init__(str(cause))
        self.cause, self.wait = cause, wait


class Transport:
    """Sends requests to one host with one key. Close it, or use it as a context manager."""

    def __init__(self, settings: Settings, transport: Any = None) -> None:
        token = settings.api_token.get_secret_value()
        if not token:
            raise AuthError("I3D_API_TOKEN is not set.")
        if not token.isascii() or not token.isprintable() or " " in token:
            raise AuthError("I3D_API_TOKEN holds characters that no key has: check for a stray space or quote.")
        self.settings, self.token = settings, token
        self.gate = Gate(settings.concurrency)
        self.counters = Counters()
        self.works = False
        self.probe_again = 0.0
        self.answered = False
        self.probing = threading.Lock()
        rate = settings.requests_per_second
        self.limiter = Limiter(Rate(rate, Duration.SECOND)) if rate else None
        self.wire = Wire(settings.base_url, token, transport)

    def close(self) -> None:
        """Closes the connections."""
        self.wire.close()

    def read(self, path: str, query: dict[str, str], headers: dict[str, str], form: Form = "json") -> Answer:
        """A GET with retries inside the total deadline.

        Raises AuthError, NotAllowedError, NotFoundError, ApiError, BadAnswerError or UnreachableError.
        """
        ends = time.monotonic() + self.settings.deadline_seconds
        try:
            return self._once(path, query, headers, ends, form)
        except TransientError as error:
            first = iter([error])

        def again() -> Answer:
            if (error := next(first, None)) is not None:
                raise error
            return self._once(path, query, headers, ends, form)

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=lambda state: self._give_up(state, ends),
            wait=_pause,
            before_sleep=lambda state: self.counters.add(retries=1),
        )
        try:
            return retrying(again)
        except tenacity.RetryError as error:
            raise _cause(error) from None

    def _give_up(self, state: tenacity.RetryCallState, ends: float) -> bool:
        return time.monotonic() + state.upcoming_sleep >= ends or state.attempt_number >= (8 if self.answered else 3)

    def _once(self, path: str, query: dict[str, str], headers: dict[str, str], ends: float, form: Form) -> Answer:
        if self.limiter is not None:
            self.limiter.try_acquire("i3d")
        with self.gate():
            self.counters.add(requests=1)
            begun = time.monotonic()
            response, content = self._fetch(path, query, headers, ends)
            seconds = time.monotonic() - begun
        answer = self._judge(response, content, form)
        self.gate.succeed(seconds)
        return answer

    def _fetch(self, path: str, query: dict[str, str], headers: dict[str, str], ends: float) -> tuple[Response, bytes]:
        """Reads the whole body, giving up at the deadline even while bytes trickle in or nothing comes."""
        timeout = timeout_of(min(self.settings.timeout_seconds, max(ends - time.monotonic(), 0.01)))
        try:
            return self.wire.get(path, query, headers, timeout, ends)
        except BrokenError as error:
            what = f"No answer to GET {path} from {self.wire.host} ({type(error).__name__})."
            raise TransientError(UnreachableError(what)) from None

    def send(self, method: str, path: str, content: bytes | None, upload: Upload | None = None) -> tuple[int, bytes, float]:
        """A write, sent once whatever happens: the status, the body, and the seconds the API asks to wait.

        Raises UnreachableError when nothing was sent, LostAnswerError when it is unknown whether it was carried out.
        """
        if self.limiter is not None:
            self.limiter.try_acquire("i3d")
        timeout, ends = timeout_of(self.settings.timeout_seconds), time.monotonic() + self.settings.deadline_seconds
        what = f"{method} {path}"
        with self.gate():
            self.counters.add(requests=1)
            try:
                response, answered = self.wire.send(method, path, content, upload, timeout, ends)
            except UNSENT as error:
                raise UnreachableError(f"{what} was not sent ({type(error).__name__}).", "Nothing has happened.") from None
            except (BrokenError, UnreachableError) as error:
                raise LostAnswerError(f"The answer to {what} was lost ({type(error).__name__}).") from None
        if response.status_code == 429:
            self.gate.back_off()
        return response.status_code, answered, retry_after(response)

    def _judge(self, response: Response, content: bytes, form: Form) -> Answer:
        self.answered = True
        status, path = response.status_code, response.request.url.path
        payload = decode(content, form)
        error = error_body(payload)
        if status in TRANSIENT or status >= 500:
            if status == 429:
                self.gate.back_off()
            raise TransientError(self._refusal(status, path, error), retry_after(response))
        if 300 <= status < 400:
            raise BadAnswerError(f"GET {path} was redirected to another place: not followed, for the key would go with it.")
        if status in FORBIDDEN:
            raise self._forbidden(status, path)
        if status >= 400 or error:
            raise self._refusal(status, path, error)
        media = response.headers.get("content-type", "").split(";")[0]
        if payload is GARBAGE and not (form == "file" and media != "text/html" and content):
            raise TransientError(BadAnswerError(f"GET {path} answered {status} with something that is not JSON."))
        return Answer(status, None if payload is GARBAGE else payload, content, media, response.headers.get("PAGE-TOKEN"))

    def _refusal(self, status: int, path: str, error: dict[str, Any]) -> ApiError:
        """An error text may repeat what was sent, and error texts are stored: the key is taken out."""
        text = ": ".join([f"{path} answered HTTP {status}", *words_of(error)]) + "."
        kind = NotFoundError if status == 404 else ApiError
        return kind(text.replace(self.token, MASK), status=status, code=code_of(error))

    def _forbidden(self, status: int, path: str) -> I3DError:
        """A 403 alone does not tell a bad key from a missing right: whether anything else answers does."""
        with self.probing:
            if time.monotonic() > self.probe_again:
                self.works = self._try_key()
                self.probe_again = time.monotonic() + PROBE_SECONDS
        if self.works:
            return NotAllowedError(f"The key may not read {path} (HTTP {status}).")
        return AuthError(f"{self.wire.host} refuses the key (HTTP {status}).")

    def _try_key(self) -> bool:
        """Whether the key opens anything; raises TransientError when no probe opens and one of them has no say."""
        unsure = False
        for path in PROBES:
            status = self._probe(path)
            if status == 200:
                return True
            unsure = unsure or status in TRANSIENT or status >= 500 or not status
        if unsure:
            raise TransientError(UnreachableError(f"{self.wire.host} does not say whether the key is good."))
        return False

    def _probe(self, path: str) -> int:
        self.counters.add(requests=1)
        seconds = self.settings.timeout_seconds
        try:
            return self.wire.get(path, {}, {}, timeout_of(seconds), time.monotonic() + seconds)[0].status_code
        except (BrokenError, UnreachableError):
            return 0


# Operations that are documented with a 403, cheap, and open to any customer.
PROBES = ("/v3/session/user", "/v3/currency", "/v3/dashboard/service", "/v3/account/details")
PROBE_SECONDS = 5.0  # a key can be revoked while a load runs


def _pause(state: tenacity.RetryCallState) -> float:
    """Exponential with jitter, at least what the API asked for."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, TransientError) else 0.0
    return max(asked, tenacity.wait_exponential_jitter(multiplier=0.3, max=30, jitter=0.5)(state))


def _cause(error: tenacity.RetryError) -> Exception:
    last = error.last_attempt.exception()
    return last.cause if isinstance(last, TransientError) else error
