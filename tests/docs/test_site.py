"""The documentation site: it builds without a warning, and its pages ask nobody for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import I3DError
from pipelines.messages import GAP, kinds, messages, write_messages

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_needs_no_network(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(tmp_path / "trees")]
    done = subprocess.run([*command, str(DOCS), str(tmp_path / "site")], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
    written = {path.stem for path in (tmp_path / "site").rglob("*.html")}
    assert {path.stem for path in DOCS.rglob("*.md")} <= written
    fetched = re.compile(r"<(?:script|img|iframe)[^>]+src=\"(https?:)?//|<link[^>]+href=\"https?://|url\(['\"]?https?://")
    sources = [path for path in (tmp_path / "site").rglob("*") if path.suffix in (".html", ".css")]
    assert [path.name for path in sources if fetched.search(path.read_text(encoding="utf-8"))] == []


def test_every_kind_of_error_is_explained_with_its_next_step() -> None:
    def below(kind: type[I3DError]) -> set[str]:
        return {kind.__name__}.union(*(below(one) for one in kind.__subclasses__()))

    page = write_messages()
    explained = set(re.findall(r"^## (\w+)$", page, re.MULTILINE))
    assert explained == kinds().keys() >= {name for name in below(I3DError) if name != "I3DError"}
    assert [name for name, kind in kinds().items() if not kind.next_step and name != "UsageError"] == []


def test_messages_are_read_out_of_the_code() -> None:
    said = {one.said: one for one in messages()}
    assert said[f"There is no warehouse at {GAP}."].next_step.startswith("Run `i3d demo`")
    assert said["I3D_API_TOKEN is not set."].kind == "AuthError"
    assert len(said) > 90
    assert [one for one in said.values() if not one.next_step] == []
