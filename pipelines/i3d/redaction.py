"""Keeps secrets out of logs: a filter that knows the secrets of this process. What must not land is decided in the shapes."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from pipelines.i3d.shape import Shape

MASK = "***"
SHORTEST_SECRET = 6
# A quoted value ends at its quote; a bare one may hold blanks and semicolons, so it ends with the line.
HEADERS = re.compile(
    r"(?i)((?:private-token|authorization|cookie)['\"]?\s*[:=,]\s*b?['\"]?)((?<=')[^'\r\n]*|(?<=\")[^\"\r\n]*|[^\r\n]*)"
)
NAMES = re.compile(r"(?i)pass(word|wd)|secret|token|credential|cookie|authori[sz]ation|otp|hash|^key$|apikey|webhook|private")


class RedactingFilter(logging.Filter):
    """Replaces every known secret, and whatever follows the name of a secret header, in message and traceback."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self.secrets = tuple(secret for secret in secrets if secret)

    def redact(self, text: str) -> str:
        """The text without its secrets."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return HEADERS.sub(rf"\g<1>{MASK}", text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record in place; never drops it."""
        record.msg, record.args = self.redact(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        return True


def pieces(addresses: str) -> list[str]:
    """Every part of these addresses that may be a secret: such as the words of slack://…, the password of mailtos://…."""
    places = [place.partition("://")[2] for place in re.split(r"[\s,]+", addresses)]
    words = {form for place in places for word in re.split(r"[/:@?&=]+", place) for form in (word, unquote(word))}
    return [word for word in words if len(word) >= SHORTEST_SECRET and not re.fullmatch(r"[\d.]+|localhost", word)]


def protect(*secrets: str) -> None:
    """Puts the filter on every handler of the root logger, making one if there is none."""
    root = logging.getLogger()
    if not root.handlers:
        logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for handler in root.handlers:
        handler.addFilter(RedactingFilter(secrets))


def mask(value: Any, shape: Shape | None) -> Any:
    """A decoded answer fit for a screen: what the shape withholds is masked, and what it does not know and sounds secret."""
    if isinstance(value, list):
        return [mask(inner, shape) for inner in value]
    if not isinstance(value, dict):
        return value
    fields = shape.fields if shape else {}
    withheld = shape.withheld if shape else ()
    clean = {}
    for name, inner in value.items():
        hidden = name in withheld or (name not in fields and bool(NAMES.search(name)))
        of = fields[name].of if name in fields else None
        clean[name] = MASK if hidden and inner not in (None, "") else mask(inner, of if isinstance(of, Shape) else None)
    return clean
