"""What a request may carry: JSON checked against the shape of its operation, or one uploaded file.

What a body does to the world belongs in the modules of the areas.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from pipelines.i3d.operation import Operation
from pipelines.i3d.shape import Field, Shape, Type
from pipelines.simulator.request import Refusal, Request

Body = dict[str, Any]

LARGEST_UPLOAD = 10 * 1024 * 1024
INVALID = 10002
TYPES: dict[Type, tuple[type, ...]] = {
    "id": (int, str),
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "list": (list,),
    "any": (object,),
}


def refuse(*problems: tuple[str, str]) -> Refusal:
    """The 422 that names each broken field with what is wrong about it."""
    errors = [{"property": name, "message": message} for name, message in problems]
    return Refusal(422, INVALID, "Validation failed", errors)


def read_body(operation: Operation, request: Request) -> Body:
    """The declared fields of the body, or the uploaded file; raises Refusal 400, 413 or 422."""
    if operation.multipart:
        return read_upload(request)
    if operation.body is None:
        return {}
    payload = request.json() if request.body else {}
    if not isinstance(payload, dict):
        raise Refusal(400, INVALID, "The body is not an object")
    problems = tuple(check_object(operation.body, payload))
    if problems:
        raise refuse(*problems)
    return prune(operation.body, payload)


def check_object(shape: Shape, payload: Body, path: str = "") -> Iterator[tuple[str, str]]:
    """Yields the dotted path and the complaint of every field that breaks the shape."""
    for name, item in shape.fields.items():
        # A label is taken off by sending its key with null: the one required field that may be empty.
        optional = not item.required or (shape.name, name) == ("Label", "value")
        if name not in payload:
            if item.required:
                yield path + name, "This value is required"
        elif payload[name] is not None or not optional:
            yield from check_value(item, payload[name], path + name)


def fits(item: Field, value: Any) -> bool:
    """Whether a value has the type of its field: nothing and a boolean in the place of a number do not."""
    if value is None or (isinstance(value, bool) and item.type not in ("boolean", "any")):
        return False
    return isinstance(value, TYPES[item.type])


def check_value(item: Field, value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yields the complaints about one value, those of its inner fields included."""
    if not fits(item, value):
        yield path, f"This value should be of type {item.type}"
    elif item.type == "object" and isinstance(item.of, Shape):
        yield from check_object(item.of, value, f"{path}.")
    elif item.type == "list" and item.of is not None:
        for position, entry in enumerate(value):
            yield from check_value(item.entry, entry, f"{path}[{position}]")
    elif isinstance(value, str):
        yield from check_length(item, value, path)


def check_length(item: Field, value: str, path: str) -> Iterator[tuple[str, str]]:
    """Yields a complaint about a text that is too short or too long."""
    if item.shortest is not None and len(value) < item.shortest:
        yield path, f"This value is too short: at least {item.shortest} characters"
    if item.longest is not None and len(value) > item.longest:
        yield path, f"This value is too long: at most {item.longest} characters"


def prune(shape: Shape, payload: Body) -> Body:
    """The payload without the fields that the shape does not declare."""
    return {name: prune_value(item, payload[name]) for name, item in shape.fields.items() if name in payload}


def prune_value(item: Field, value: Any) -> Any:
    """One value without undeclared fields in the objects inside it."""
    if item.type == "object" and isinstance(item.of, Shape) and value is not None:
        return prune(item.of, value)
    if item.type == "list" and item.of is not None and value is not None:
        return [prune_value(item.entry, entry) for entry in value]
    return value


def read_upload(request: Request) -> Body:
    """Name, type and size in bytes of the one file of a multipart body; raises Refusal 400, 413 or 422."""
    if len(request.body) > LARGEST_UPLOAD:
        raise Refusal(413, INVALID, "The file is too large")
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise Refusal(400, INVALID, "The body is not multipart/form-data")
    message = BytesParser(EmailMessage, policy=policy.HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    for part in message.iter_parts():
        if part.get_filename():
            content = bytes(part.get_payload(decode=True) or b"")
            return {"name": part.get_filename(), "mime": part.get_content_type(), "size": len(content)}
    raise refuse(("attachment", "This value is required"))
