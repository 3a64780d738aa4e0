"""The typed configuration of a write op, from the catalogue: its path parameters, its body, and how it is to be carried out.

Dagster stores the configuration of every run, so that a secret has no place in it: only the name of the environment variable
that holds it.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from pydantic import Field as Entry
from pydantic import create_model

from pipelines.i3d.operation import Operation
from pipelines.i3d.shape import Field, Shape
from pipelines.i3d.writeback.values import body_shape

SCALARS: Mapping[str, type] = {"id": str, "text": str, "integer": int, "number": float, "boolean": bool, "any": str}


class SecretPlace(dg.Config):
    """Where a secret is."""

    variable: str = Entry(description="Name of the environment variable that holds it; never the secret itself.")


class HowToWrite(dg.Config):
    """How a write is carried out."""

    dry_run: bool = Entry(default=True, description="Only plan: nothing is sent but reads.")
    plan: str | None = Entry(None, description="The plan_hash of a dry run: that plan is applied. Needed from risk 2.")
    approver: str | None = Entry(None, description="Who approved with `i3d write approve`; or I3D_ACTOR, who approves by this.")
    confirm: str | None = Entry(None, description="The target's id, typed once more. Needed from risk 4.")


class HowToAct(HowToWrite):
    """How a ready-made action is carried out."""

    fields: dict[str, str] = Entry(default={}, description="Fields that its query does not tell, the same for every row.")


def config_of(operation: Operation) -> type[HowToWrite]:
    """The configuration class of one write."""
    parts: dict[str, Any] = {}
    if operation.parameters:
        names = {name: (str, Entry(description="Path parameter.")) for name in operation.parameters}
        parts["parameters"] = (_model(f"{operation.name}_parameters", names), Entry(description=operation.path))
    if (body := body_shape(operation)) is not None:
        parts["body"] = (_of_shape(body, f"{operation.name}_body"), Entry(description=f"Body of type {body.name}."))
    made: type[HowToWrite] = create_model(f"{operation.name}_config", __base__=HowToWrite, **parts)
    return made


def words_of(config: HowToWrite) -> tuple[dict[str, str], dict[str, Any]]:
    """The path parameters and the body as a plan takes them."""
    parameters, body = getattr(config, "parameters", None), getattr(config, "body", None)
    return parameters.model_dump() if parameters else {}, _plain(body) if body else {}


def _plain(value: Any) -> Any:
    if isinstance(value, SecretPlace):
        return f"env:{value.variable}"
    if isinstance(value, dg.Config):
        given = ((name, getattr(value, name)) for name in type(value).model_fields)
        return {name: _plain(item) for name, item in given if item is not None}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _of_shape(shape: Shape, name: str) -> type[dg.Config]:
    fields: dict[str, Any] = {}
    for key, item in shape.fields.items():
        kind = _type_of(item, f"{name}_{key}")
        about = Entry(description=_about(item)) if item.required else Entry(None, description=_about(item))
        fields[key] = (kind if item.required else kind | None, about)
    return _model(name, fields)


def _type_of(item: Field, name: str) -> Any:
    if item.sensitivity == "secret":
        return SecretPlace
    if isinstance(item.of, Shape):
        inner = _of_shape(item.of, name)
        return list[inner] if item.type == "list" else inner  # type: ignore[valid-type]
    if item.type == "list":
        scalar = SCALARS[item.of.type if item.of else "text"]
        return list[scalar]  # type: ignore[valid-type]
    return SCALARS[item.type]


def _model(name: str, fields: dict[str, Any]) -> type[dg.Config]:
    made: type[dg.Config] = create_model(name, __base__=dg.Config, **fields)
    return made


def _about(item: Field) -> str:
    words = [item.sensitivity if item.sensitivity != "public" else "", item.unit]
    words.append(f"at most {item.longest} characters" if item.longest else "")
    return ", ".join(word for word in words if word) or item.type
