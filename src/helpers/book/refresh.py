"""Run the notebooks and store what they print: `python -m helpers.book.refresh [NOTEBOOK ...]`.

A committed notebook holds text alone, the reference that nbval compares. The stored form depends
on nothing but the cells and what they print, so a second run leaves the tree as it was.
"""

import os
import sys
import time
from collections.abc import Sequence
from glob import glob
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from helpers.book.build import environment

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def text_only(notebook: NotebookNode) -> str:
    """Return the notebook as it is committed: ids, sources, tags, and what was printed.

    Streams other than stdout, pictures, widgets and tracebacks are dropped. The execution counts
    run from 1 (nbval takes a cell without one as never run, and compares nothing).

    Raises
    ------
    nbformat.ValidationError
        If the notebook is not valid, version 4.5 with cell ids.
    """
    cells = [_bare(cell) for cell in notebook.cells]
    run = (cell for cell in cells if cell.cell_type == "code" and cell.source.strip())
    for count, cell in enumerate(run, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    bare = NotebookNode(cells=cells, metadata=METADATA, nbformat=4, nbformat_minor=5)
    nbformat.validate(bare)
    return nbformat.writes(bare).rstrip("\n") + "\n"


def refresh(path: Path) -> bool:
    """Run one notebook in a kernel of its own and rewrite it; return whether it changed."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        coalesce_streams=True,
        record_timing=False,
    )
    client.execute()
    before, after = path.read_text(encoding="utf-8"), text_only(notebook)
    if before != after:
        replace(path, after)
    return before != after


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all: under another name, which then becomes its name."""
    new = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        new.write_text(text, encoding="utf-8", newline="\n")
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def notebooks(names: Sequence[str]) -> list[Path]:
    """Return the notebooks of these names and patterns, by default all in book/.

    Patterns are expanded here too, for shells that leave them as they are.

    Raises
    ------
    ValueError
        If there is no such notebook.
    """
    found = []
    for name in names or ["book/*.ipynb"]:
        paths = [name] if Path(name).is_file() else sorted(glob(name))
        if not paths or not all(path.endswith(".ipynb") for path in paths):
            raise ValueError(
                f"no notebook {name} in {Path.cwd()}; run this in the folder of the repository, "
                "with names such as book/01-*.ipynb or none"
            )
        found += map(Path, paths)
    return list(dict.fromkeys(found))


def _bare(cell: NotebookNode) -> NotebookNode:
    """Return the cell without what an editor or a run adds to it."""
    tags = {"tags": cell.metadata.tags} if cell.metadata.get("tags") else {}
    bare = NotebookNode(cell_type=cell.cell_type, metadata=NotebookNode(tags), source=cell.source)
    if "id" in cell:
        bare.id = cell.id
    if "attachments" in cell:
        bare.attachments = cell.attachments
    if cell.cell_type == "code":
        bare.execution_count = None
        bare.outputs = [kept for output in cell.outputs if (kept := _printed(output))]
    return bare


def _printed(output: NotebookNode) -> NotebookNode | None:
    """Return the text of an output, None if it has none."""
    if output.output_type == "stream":
        return output if output.name == "stdout" and output.text else None
    if output.output_type == "error":
        return NotebookNode(output, traceback=[])
    if "text/plain" not in output.data:
        return None
    text = NotebookNode({"text/plain": output.data["text/plain"]})
    return NotebookNode(output, data=text, metadata=NotebookNode())


def main() -> int:
    """Refresh the notebooks named on the command line, by default all in book/."""
    try:
        paths = notebooks(sys.argv[1:])
    except ValueError as error:
        print(f"make refresh: {error}", file=sys.stderr)
        return 1
    os.environ.update(environment("text"))
    for path in paths:
        start = time.perf_counter()
        changed = refresh(path)
        seconds = time.perf_counter() - start
        print(f"{path}: {'rewritten' if changed else 'unchanged'} ({seconds:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
