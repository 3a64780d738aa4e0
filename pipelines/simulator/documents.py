"""Answers that are no rows: pictures, invoice documents, files, the root password of a new Windows server."""

from __future__ import annotations

import struct
from base64 import b64encode
from typing import TYPE_CHECKING
from zlib import compress, crc32

from pipelines.simulator.draft import personal, secret
from pipelines.simulator.request import Request, Response, answer, not_found
from pipelines.simulator.signals import DAY

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Parameters = dict[str, str]


def picture(shade: int) -> bytes:
    """A PNG of one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = compress(bytes((0, shade)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def read_graph(world: World, request: Request, parameters: Parameters) -> Response:
    """A list of one picture as base64."""
    return answer([b64encode(picture(crc32(request.path.encode()) % 256)).decode()])


def read_pdf(world: World, request: Request, parameters: Parameters) -> Response:
    """The document of an invoice: the only success that is not JSON."""
    row = world.find("invoices", id=parameters["invoiceId"])
    text = f"%PDF-1.4\n% {row['invoiceNumber']} {row['amountIncVAT']} {personal('pdf', row['id'])}\n%%EOF\n"
    return Response(200, {"content-type": "application/pdf"}, text.encode())


def read_file(world: World, request: Request, parameters: Parameters) -> Response:
    """The bytes of a file or attachment inside a JSON string, the last path parameter naming it."""
    name, key = list(parameters.items())[-1]
    content = f"Contents of {name} {key}: {personal('content', key)}"
    encoded = world.switches.attachment_encoding == "base64"
    return answer(b64encode(content.encode()).decode() if encoded else content)


def read_root_password(world: World, request: Request, parameters: Parameters) -> Response:
    """A list of one password, for a Windows server within a day of its delivery; raises Refusal 404 otherwise."""
    row = world.find("flexmetal_servers", uuid=parameters["uuid"])
    fresh = row["deliveredAt"] and world.clock.stamp() - row["deliveredAt"] < DAY
    if not fresh or not row["os"]["slug"].startswith("windows"):
        raise not_found()
    return answer([{"rootPassword": secret("rootPassword", row["uuid"])}])
