"""What fails a build, and the manifest of what it made.

A Sphinx extension: budgets of pages, links to states that do not exist, verdicts that changed.
"""

import json
import posixpath
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from helpers.book.site.frame import CHAPTER_NAME
from helpers.book.site.listings import everywhere

MAX_PAGE_BYTES = 300_000
STATE_LINK = re.compile(r'\bhref="(?![a-z]+:|//)([^"#?]*)#([^"?]*)\?([^"]*)"')


def finish(app: Sphinx, error) -> None:
    """Check the budgets, the links to states and the verdicts, and write `manifest.json`."""
    if error or app.builder.format != "html":
        return
    tables, claims = everywhere(app, "table"), everywhere(app, "claim")
    problems = over_budget(tables)
    for name in sorted(app.env.found_docs):
        problems += broken_links(name, _page(app, name), tables)
        problems += changed_verdicts(Path(app.env.doc2path(name)), claims.get(name, []))
    if problems:
        raise ExtensionError("\n".join(problems))
    text = json.dumps(_manifest(app, tables, claims), indent=1, ensure_ascii=False) + "\n"
    (Path(app.outdir) / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def _page(app, docname):
    return Path(app.builder.get_outfilename(docname)).read_text(encoding="utf-8")


def over_budget(tables: dict[str, list[dict]]) -> list[str]:
    """Return a complaint for each page whose explorables are too large together."""
    sizes = {name: sum(record["bytes_gz"] for record in page) for name, page in tables.items()}
    return [
        f"{name}: explorables take {size:,} bytes gzipped; a page may hold {MAX_PAGE_BYTES:,}"
        for name, size in sizes.items()
        if size > MAX_PAGE_BYTES
    ]


def broken_links(docname: str, html: str, tables: dict[str, list[dict]]) -> list[str]:
    """Return a complaint for each link to a state that no explorable of the book has.

    A link may lead to a figure of its own page, `#chain?weight=4`, or of another one,
    `01-products-of-small-numbers.html#chain?weight=4`.
    """
    problems = []
    for path, figure, query in STATE_LINK.findall(html):
        path, figure, query = unescape(path), unquote(figure), unescape(query)
        page = posixpath.join(posixpath.dirname(docname), unquote(path).removesuffix(".html"))
        page = posixpath.normpath(page) if path else docname
        knobs = {t["id"]: {k["name"]: k["keys"] for k in t["knobs"]} for t in tables.get(page, [])}
        if complaint := unknown_state(knobs, figure, query):
            problems.append(f"{docname}: the link {path}#{figure}?{query}: {complaint}")
    return problems


def unknown_state(knobs: dict[str, dict[str, list[str]]], figure: str, query: str) -> str:
    """Return what is wrong with a query, given the keys of each knob of each figure; else ""."""
    if figure not in knobs:
        return f"no figure {figure!r}; there are: {', '.join(knobs) or 'none'}"
    for name, key in parse_qsl(query, keep_blank_values=True):
        keys = knobs[figure].get(name)
        if keys is None:
            return f"no knob {name!r}; there are: {', '.join(knobs[figure])}"
        if key not in keys:
            return f"{name} has no value {key!r}; it has: {', '.join(keys)}"
    return ""


def changed_verdicts(source: Path, claims: list[dict]) -> list[str]:
    """Return a complaint for each claim whose verdict is not the one the notebook stores."""
    if source.suffix != ".ipynb":
        return []
    stored = stored_lines(json.loads(source.read_text(encoding="utf-8")))
    return [
        f"{source.name}: claim {c['id']} is now {c['verdict']!r}, which is not what the notebook "
        "stores; if that is right, run `make refresh` and say why"
        for c in claims
        if f"{c['id']}: {c['verdict']}" not in stored
    ]


def stored_lines(notebook: dict) -> list[str]:
    """Return the lines of all text/plain outputs of a notebook's code cells."""
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    texts = [
        output["data"].get("text/plain", "")
        for cell in cells
        for output in cell["outputs"]
        if "data" in output
    ]  # nbformat allows a string or a list of lines
    return [line for text in texts for line in "".join(text).splitlines()]


def _manifest(app, tables, claims):
    def url(name):
        return app.builder.get_target_uri(name)

    return {
        "chapters": [
            {"slug": Path(name).name, "url": url(name), "seconds": round(data["runtime"], 1)}
            for name in sorted(filter(CHAPTER_NAME.fullmatch, app.env.found_docs))
            if (data := NbMetadataCollector.get_exec_data(app.env, name))
        ],
        "explorables": [
            {"id": t["id"], "page": url(name), "states": t["states"], "bytes_gz": t["bytes_gz"],
             "knobs": {k["name"]: k["keys"] for k in t["knobs"]}}
            for name, page in tables.items() for t in page
        ],
        "claims": [
            {"chapter": Path(name).name}
            | {key: c[key] for key in ("id", "statement", "source", "paper", "band", "values",
                                       "verdict")}
            for name, page in claims.items() for c in page
        ],
    }  # fmt: skip


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the checks, last of all."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
