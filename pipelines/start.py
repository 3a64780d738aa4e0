"""How every entrance begins, the command line and Dagster alike: settings read, files private, secrets out of the logs."""

from __future__ import annotations

from typing import Any

from pipelines.i3d.redaction import pieces, protect
from pipelines.settings import Settings, read_settings
from pipelines.warehouse import Warehouse, keep_private


def prepare(**given: Any) -> tuple[Settings, Warehouse]:
    """The settings of this call, with the log filter in place."""
    keep_private()
    settings = read_settings(**given)
    keys = (settings.api_token.get_secret_value(), settings.pseudonym_key.get_secret_value())
    protect(*keys, *pieces(settings.notify.get_secret_value()))
    return settings, Warehouse.of(settings)
