"""The notebooks run from top to bottom on the demo, and are stored without what they found."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from audit import Demo
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent.parent / "notebooks").glob("*.ipynb"))


def test_there_is_one_per_question() -> None:
    assert [path.stem.split("-", 1)[1] for path in NOTEBOOKS] == [
        "getting-started", "cost", "power", "bandwidth", "reconciliation", "capacity-and-contracts", "write-back",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_notebooks_run(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other in one kernel, which forgets everything in between: a start costs more than most of them."""
    monkeypatch.setenv("I3D_WAREHOUSE", str(demo.warehouse))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    together = nbformat.v4.new_notebook()
    for path in NOTEBOOKS:
        together.cells += [nbformat.v4.new_code_cell("%reset -sf"), *nbformat.read(path, as_version=4).cells]
    before = demo.warehouse.stat().st_mtime_ns, sorted(demo.warehouse.parent.iterdir())
    NotebookClient(together, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert (demo.warehouse.stat().st_mtime_ns, sorted(demo.warehouse.parent.iterdir())) == before
    shown = [output for cell in together.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output.text for output in shown if output.output_type == "stream"] == []
    results = [output.data for output in shown if output.output_type == "execute_result" or "image/svg+xml" in output.data]
    assert sum("image/svg+xml" in data for data in results) >= 10
    assert sum("text/html" in data for data in results) >= 25


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_results(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert [cell.id for cell in code if cell.outputs or cell.execution_count or cell.metadata] == []
    assert notebook.cells[0].source.startswith("# ")
