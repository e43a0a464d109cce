"""What a committed notebook may hold; nbval then runs it and compares what it prints."""

import ast
from pathlib import Path

import nbformat
import pytest

from helpers.book.refresh import text_only

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
MAX_LINES = 15


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_stored_as_text_alone(path):
    text = path.read_text(encoding="utf-8")
    assert text == text_only(nbformat.reads(text, as_version=4)), "run make refresh"


def test_cells_are_short(notebook):
    long = [cell.source for cell in _code(notebook) if len(cell.source.splitlines()) > MAX_LINES]
    assert not long, f"longer than {MAX_LINES} lines: {long}"


def test_printing_cells_have_a_stored_output(notebook):
    silent = [cell.source for cell in _code(notebook) if _prints(cell) and not cell.outputs]
    assert not silent, f"nbval has nothing to compare (run make refresh): {silent}"


def test_no_output_escapes_the_comparison(notebook):
    cells = [cell for cell in _code(notebook) if "nbval" in f"{cell.source}{cell.metadata}".lower()]
    assert not cells, f"a marker of nbval in {cells}"


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _prints(cell):
    calls = (node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls)
