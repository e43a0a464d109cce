"""Notebooks on pages: how they run, what is kept of a run, and what their figures need.

A Sphinx extension.
"""

import hashlib
import os
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from helpers.book import theme
from helpers.book.explore import asset

PACKAGE = Path(__file__).parents[2]


def code_hash(root: Path) -> str:
    """Return a hash of the package and the pins; when it changes, notebooks run anew."""
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
    for name, text in {
        "explore.js": f"(() => {{\n{asset('explore.js')}\nboot();\n}})();\n",
        "explore.css": asset("explore.css"),
        "palette.css": theme.palette_css(),
    }.items():
        (static / name).write_text(text, encoding="utf-8", newline="\n")


def add_assets(app: Sphinx, docname, template, context, doctree) -> None:
    """Give a page the renderer only if it has something to render."""
    if doctree is None:
        return
    page = "".join(node.astext() for node in doctree.findall(nodes.raw))
    if "vg-" in page:
        app.add_css_file("explore.css")
    if "vg-explorable" in page:
        app.add_js_file("explore.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("config-inited", configure)
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", add_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
