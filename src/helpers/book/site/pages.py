"""What executed chapters leave for other pages: the scoreboard, the index of explorables, the
manifest, and the checks that fail a build.

A Sphinx extension. It reads the records (`helpers.book.records`) in the pages' doctrees; nothing
of it is typed by hand.
"""

import hashlib
import json
import os
import re
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from helpers.book import records, theme
from helpers.book.explore import asset

MAX_PAGE_BYTES = 300_000
PACKAGE = Path(__file__).parents[2]


def code_hash(root: Path) -> str:
    """Return a hash of the package's sources and of the pins; notebooks run anew when it changes."""
    digest = hashlib.sha256()
    sources = [p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".js", ".css", ".ttf")]
    for path in [*sorted(sources), root / "requirements.txt", root / "constraints.txt"]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def configure(app: Sphinx, config) -> None:
    """Let notebooks show static HTML, and keep their results per version of the package."""
    os.environ["HELPERS_HOST"] = "site"
    cache = Path(app.outdir).parent / "cache" / code_hash(Path(app.confdir))
    config.nb_execution_cache_path = str(cache)


def write_assets(app: Sphinx) -> None:
    """Write the renderer and its style beside the pages; `explore.js` becomes a classic script."""
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / "explore.js").write_text(f"(() => {{\n{asset('explore.js')}\nboot();\n}})();\n")
    (static / "explore.css").write_text(theme.palette_css() + asset("explore.css"))


def found(app: Sphinx, docname: str, kind: str) -> dict[str, dict]:
    """Return the records of one kind on a page, by id."""
    raw = app.env.get_doctree(docname).findall(nodes.raw)
    return records.from_html("\n".join(node.astext() for node in raw), kind)


def everywhere(app: Sphinx, kind: str) -> dict[str, list[dict]]:
    """Return the records of one kind on all pages, by page; ids are unique in the book."""
    pages = {name: list(found(app, name, kind).values()) for name in sorted(app.env.found_docs)}
    ids = [record["id"] for page in pages.values() for record in page]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ExtensionError(f"these {kind} ids stand on more than one page: {', '.join(twice)}")
    return {name: page for name, page in pages.items() if page}


class Listing(nodes.General, nodes.Element):
    """A list of all records of one kind, filled in when its page is written."""


class ListingDirective(Directive):
    """`{scoreboard}` lists the claims, `{explorables}` the figures with knobs."""

    def run(self):
        """Leave a placeholder and remember its page."""
        env = self.state.document.settings.env
        env.metadata[env.docname]["listing"] = self.name
        return [Listing(kind=self.name)]


def rewrite_listings(app: Sphinx, env) -> list[str]:
    """Write the pages with listings anew whenever a build reads anything."""
    return [name for name, data in env.metadata.items() if "listing" in data]


def fill_listings(app: Sphinx, doctree, docname: str) -> None:
    """Replace the placeholders of one page."""
    for node in list(doctree.findall(Listing)):
        rows = _claim_rows if node["kind"] == "scoreboard" else _explorable_rows
        node.replace_self(nodes.raw("", rows(app, docname), format="html"))


def _claim_rows(app, docname):
    rows = []
    for name, claims in everywhere(app, "claim").items():
        url = app.builder.get_relative_uri(docname, name)
        rows += [
            f'<tr data-verdict="{c["verdict"]}"><td><a href="{url}#claim-{c["id"]}">'
            f"{escape(c['statement'])}</a></td><td>{escape(c['source'])}</td>"
            f"<td>{'–' if c['paper'] is None else format(c['paper'], 'g')}</td>"
            f"<td>{escape(c['band_text'])}</td><td>{escape(c['measured'])}</td>"
            f"<td>{len(c['values'])}</td><td>{c['verdict']}</td></tr>"
            for c in claims
        ]
    heads = ("Claim", "Source", "It prints", "Band", "Median [range]", "Seeds", "Verdict")
    return (
        '<div class="vg-scroll" tabindex="0" role="region" aria-label="Scoreboard">'
        f'<table class="table vg-scoreboard"><thead><tr>'
        f"{''.join(f'<th scope=col>{head}</th>' for head in heads)}"
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _explorable_rows(app, docname):
    items = []
    for name, figures in everywhere(app, "table").items():
        url = app.builder.get_relative_uri(docname, name)
        chapter = escape(app.env.titles[name].astext())
        items += [
            f'<li><a href="{url}#{f["id"]}">{escape(f["title"])}</a> <span>{chapter}</span>'
            f"<br>{escape(f['question'])}</li>"
            for f in figures
        ]
    return f'<ul class="vg-index">{"".join(items)}</ul>'


def add_assets(app: Sphinx, docname, template, context, doctree) -> None:
    """Give a page the renderer only if it has something to render."""
    if doctree is None:
        return
    page = "".join(node.astext() for node in doctree.findall(nodes.raw))
    if "vg-" in page:
        app.add_css_file("explore.css")
    if "vg-explorable" in page:
        app.add_js_file("explore.js", loading_method="defer")


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
    """Register the extension."""
    app.add_node(Listing)
    for name in ("scoreboard", "explorables"):
        app.add_directive(name, ListingDirective)
    app.connect("config-inited", configure)
    app.connect("builder-inited", write_assets)
    app.connect("env-updated", rewrite_listings)
    app.connect("doctree-resolved", fill_listings)
    app.connect("html-page-context", add_assets)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
