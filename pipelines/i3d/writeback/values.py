"""From words, a JSON body or a row of a query to the parameters and the body of a request: typed, complete, within limits.

Reads nothing from the API. What is wrong is a UsageError that names the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import orjson

from pipelines.errors import UsageError
from pipelines.i3d.operation import Operation
from pipelines.i3d.selection import suggest
from pipelines.i3d.shape import ANY, TAG, Field, Shape, need, personal, shape
from pipelines.i3d.writeback.placeholders import FROM, file_place, secret_place

Body = dict[str, Any]
UNDOCUMENTED_FILE = shape("File", file=need(personal(ANY)))
BODY = "body."
TRUE, FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
# Fields that are called otherwise where they are read.
READ_AS = {"colocatedAccessServer": "colocatedAccessServers"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One write as somebody wants it: path parameters as text, a body (None where the operation has none)."""

    operation: Operation
    parameters: dict[str, str]
    body: Body | None


def body_shape(operation: Operation) -> Shape | None:
    """The shape of the body; the upload whose body is undocumented has one field, `file`."""
    return UNDOCUMENTED_FILE if operation.multipart and operation.body is None else operation.body


def want(operation: Operation, words: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> Wanted:
    """Sorts words (`name`, `os.slug`, `body.tag`) over `body` into parameters and fields, and types them.

    A word is a path parameter where there is one of its name, else a field of the body; None counts as not given.
    Raises UsageError. Whether all required fields are there is checked by `require`.
    """
    parameters: dict[str, str] = {}
    fields: Body = dict(body or {})
    for name, value in words.items():
        if value is None:
            continue
        if name in operation.parameters:
            parameters[name] = _parameter(operation, name, value)
        else:
            _put(fields, name.removeprefix(BODY).split("."), value)
    missing = [name for name in operation.parameters if name not in parameters]
    if missing:
        raise UsageError(f"{operation.name} needs {', '.join(missing)}.", f"Add {missing[0]}=…")
    of = body_shape(operation)
    if of is None:
        if fields:
            raise UsageError(f"{operation.name} has no parameter {next(iter(fields))!r}.", takes(operation))
        return Wanted(operation, parameters, None)
    _same_ids(operation, parameters, fields, of)
    typed = _object(operation, of, fields, "")
    _refuse_places(typed)
    return Wanted(operation, parameters, typed)


def require(wanted: Wanted) -> None:
    """Raises UsageError for the first required field that is missing, inner ones included."""
    of = body_shape(wanted.operation)
    for path in _missing(of, wanted.body or {}, "") if of else ():
        raise UsageError(f"{wanted.operation.name} needs {path}.", f"Add {path}=… or put it into the file of --body.")


def _missing(of: Shape, body: Body, prefix: str) -> Iterator[str]:
    for name, item in of.fields.items():
        if name not in body:
            if item.required:
                yield prefix + name
        elif isinstance(item.of, Shape) and isinstance(body[name], dict):
            yield from _missing(item.of, body[name], f"{prefix}{name}.")
        elif isinstance(item.of, Shape) and isinstance(body[name], list):
            for position, entry in enumerate(body[name]):
                yield from _missing(item.of, entry, f"{prefix}{name}[{position}].")


def _refuse_places(value: Any) -> None:
    """What a plan would take for the place of a value must not come in from outside."""
    if isinstance(value, (list, tuple)):
        for item in value:
            _refuse_places(item)
    elif isinstance(value, dict):
        if FROM in value:
            raise UsageError(f"A field cannot be called {FROM}.", "Rename it.")
        for item in value.values():
            _refuse_places(item)


def _put(fields: Body, path: list[str], value: Any) -> None:
    for part in path[:-1]:
        inner = fields.setdefault(part, {})
        if not isinstance(inner, dict):
            raise UsageError(f"{'.'.join(path)} contradicts {part}.", "Give one of them.")
        fields[part] = fields = dict(inner)
    fields[path[-1]] = value


def _same_ids(operation: Operation, parameters: dict[str, str], fields: Body, of: Shape) -> None:
    """An id that stands in the path and in the body is the same id; other names that stand in both are two things."""
    for name in operation.parameters:
        both = name in of.fields and of.fields[name].type == "id"
        if both and str(fields.setdefault(name, parameters[name])) != parameters[name]:
            raise UsageError(f"{operation.name} was given two different {name}.", "They must be the same.")


def _parameter(operation: Operation, name: str, value: Any) -> str:
    text = str(value).strip()
    try:
        if name == "uuid":
            return str(UUID(text))
        if name == "ipAddress":
            return str(ip_address(text))
    except ValueError:
        kind = "a UUID" if name == "uuid" else "an IP address"
        raise UsageError(f"{name} {text!r} is not valid.", f"Write {kind}.") from None
    if name == "tag":
        _check_text(operation, TAG, text, name)
    if not text or text in (".", ".."):
        raise UsageError(f"{name} is empty.", f"Add {name}=…")
    return text


def takes(operation: Operation) -> str:
    """The parameters and fields of an operation, as a next step."""
    names = [*operation.parameters, *(of.fields if (of := body_shape(operation)) else ())]
    return f"It takes {', '.join(names)}." if names else "It takes none."


def _object(operation: Operation, of: Shape, given: Any, prefix: str) -> Body:
    if not isinstance(given, dict):
        raise UsageError(f"{prefix.rstrip('.') or 'The body'} should be an object.", takes(operation))
    for name in given:
        if name not in of.fields:
            raise UsageError(*_unknown(operation, of, str(name), prefix))
    return {name: value_of(operation, of.fields[name], given[name], prefix + name) for name in given}


def _unknown(operation: Operation, of: Shape, name: str, prefix: str) -> tuple[str, str]:
    from pipelines.i3d.writeback.effect import effect_of

    sent = [known for known in of.fields if READ_AS.get(known) == name]
    if sent:
        return f"{operation.name} has no field {prefix}{name}.", f"What is sent is called {sent[0]}."
    read = effect_of(operation).read
    if not prefix and read and read.shape and name in (*read.shape.fields, *read.shape.withheld):
        return f"{name} is read-only.", takes(operation)
    return f"{operation.name} has no parameter or field {prefix}{name!r}.", suggest(name, of.fields, "i3d operations")


def value_of(operation: Operation, item: Field, value: Any, path: str) -> Any:
    """A value in the type of its field, or the place where a secret or a file is kept. Raises UsageError."""
    if item.sensitivity == "secret":
        return secret_place(path, value)
    if operation.multipart and item.type == "any":
        return file_place(path, value)
    if value is None:
        if path.endswith("].value") and item.type == "text":  # a label is taken off by sending its key with null
            return None
        raise UsageError(f"{path} is null.", "Leave it out, or give it a value.")
    if item.type == "object":
        inner = _parsed(value, path)
        return _object(operation, item.of, inner, f"{path}.") if isinstance(item.of, Shape) else inner
    if item.type == "list":
        return _list(operation, item, value, path)
    typed = _scalar(item, value, path)
    if isinstance(typed, str):
        _check_text(operation, item, typed, path)
    return typed


def _list(operation: Operation, item: Field, value: Any, path: str) -> list[Any]:
    words = value if isinstance(value, (list, tuple)) else _words(value, path)
    if item.most is not None and len(words) > item.most:
        raise UsageError(f"{path} has {len(words)} entries: at most {item.most} are allowed.", "Leave some out.")
    return [value_of(operation, item.entry, word, f"{path}[{position}]") for position, word in enumerate(words)]


def _words(value: Any, path: str) -> list[Any]:
    text = str(value).strip()
    if text.startswith("["):
        parsed = _parsed(text, path)
        return parsed if isinstance(parsed, list) else [parsed]
    return [word.strip() for word in text.split(",") if word.strip()]


def _parsed(value: Any, path: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise UsageError(f"{path} is not valid JSON.", "Use --body FILE for what is nested.") from None


def _scalar(item: Field, value: Any, path: str) -> Any:
    if item.type == "any":
        return _parsed(value, path) if isinstance(value, str) and value[:1] in "{[" else value
    if isinstance(value, (dict, list, tuple)):
        raise UsageError(f"{path} should be {item.type}, not nested.", "See docs/write-back.md for how fields are written.")
    number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    text = _as_text(value) if item.type == "text" else _as_text(value).strip()
    if item.type == "boolean" and text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    if item.type in ("integer", "id") and isinstance(value, bool):
        return int(value)
    if item.type in ("integer", "id") and re.fullmatch(r"-?\d+(\.0+)?", text):
        return int(text.partition(".")[0])
    if item.type == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    if (item.type == "id" and text) or (item.type == "text" and (number or isinstance(value, (str, date, datetime)))):
        return text
    raise UsageError(f"{path} should be of type {item.type}, and {text!r} is not.", "See docs/write-back.md.")


def _as_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _check_text(operation: Operation, item: Field, text: str, path: str) -> None:
    if item.shortest is not None and len(text) < item.shortest:
        raise UsageError(f"{path} is too short: at least {item.shortest} characters.", f"{operation.name} was not planned.")
    if item.longest is not None and len(text) > item.longest:
        raise UsageError(f"{path} is too long: at most {item.longest} characters.", f"{operation.name} was not planned.")
    if item.pattern and not re.fullmatch(item.pattern, text):
        raise UsageError(f"{path} {text!r} is not valid.", f"It must match {item.pattern}.")
