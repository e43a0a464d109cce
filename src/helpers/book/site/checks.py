"""What fails a build, and the manifest of what it made.

A Sphinx extension: budgets of pages, links to states that do not exist, verdicts that changed.
"""

import json
import re
from pathlib import Path

from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from helpers.book.site.listings import everywhere

MAX_PAGE_BYTES = 300_000


def finish(app: Sphinx, error) -> None:
    """Check the budgets, the links to states and the verdicts, and write `manifest.json`."""
    if error or app.builder.format != "html":
        return
    tables, claims = everywhere(app, "table"), everywhere(app, "claim")
    problems = [
        f"{name}: explorables take {size:,} bytes gzipped; a page may hold {MAX_PAGE_BYTES:,}"
        for name, page in tables.items()
        if (size := sum(record["bytes_gz"] for record in page)) > MAX_PAGE_BYTES
    ]
    for name in sorted(app.env.found_docs):
        problems += broken_links(name, _page(app, name), tables.get(name, []))
        problems += changed_verdicts(Path(app.env.doc2path(name)), claims.get(name, []))
    if problems:
        raise ExtensionError("\n".join(problems))
    text = json.dumps(_manifest(app, tables, claims), indent=1, ensure_ascii=False)
    (Path(app.outdir) / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _page(app, docname):
    return Path(app.builder.get_outfilename(docname)).read_text(encoding="utf-8")


def broken_links(docname: str, html: str, tables: list[dict]) -> list[str]:
    """Return a complaint for each link to a state that no explorable of the page has."""
    knobs = {t["id"]: {k["name"]: k["keys"] for k in t["knobs"]} for t in tables}
    problems = []
    for figure, query in re.findall(r'href="#([\w-]+)\?([^"]*)"', html):
        pairs = [pair.split("=") for pair in query.replace("&amp;", "&").split("&") if pair]
        for name, key in pairs:
            keys = knobs.get(figure, {}).get(name, ())
            if key not in keys:
                problems.append(
                    f"{docname}: the link #{figure}?{query} asks for {name}={key}; "
                    f"there are {', '.join(keys) or 'no such figure and knob'}"
                )
    return problems


def changed_verdicts(source: Path, claims: list[dict]) -> list[str]:
    """Return a complaint for each claim whose verdict is not the one the notebook stores."""
    if source.suffix != ".ipynb":
        return []
    stored = json.dumps(json.loads(source.read_text(encoding="utf-8")), ensure_ascii=False)
    return [
        f"{source.name}: claim {c['id']} is now {c['verdict']!r}, which is not what the notebook "
        "stores; if that is right, run `make refresh` and say why"
        for c in claims
        if f"{c['id']}: {c['verdict']} (" not in stored
    ]


def _manifest(app, tables, claims):
    def url(name):
        return app.builder.get_target_uri(name)

    return {
        "chapters": [
            {"slug": Path(name).name, "url": url(name), "seconds": round(data["runtime"], 1)}
            for name in sorted(app.env.found_docs)
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
