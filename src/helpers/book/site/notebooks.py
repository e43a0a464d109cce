"""Notebooks on pages: how they run, what is kept of a run, and what their figures need.

A Sphinx extension.
"""

import hashlib
import os
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from helpers.book import theme
from helpers.book.explore import asset
from helpers.book.records import gzip_size
from helpers.learning.experiments import KEPT_DAYS, prune

PACKAGE = Path(__file__).parents[2]
PAGES_ALONE = re.compile(r"book/site/|book/explore\.js$|.*\.css$|(.*/)?(__pycache__/|\.)")
"""Files of the package that no notebook on the site runs, by their path within it."""

MAX_RENDERER_BYTES = 10_000


def code_hash(root: Path, package: Path = PACKAGE) -> str:
    """Return a hash of the package, the pins and the stored results that notebooks depend on."""
    inside = {p.relative_to(package).as_posix(): p for p in package.rglob("*") if p.is_file()}
    used = {name: path for name, path in inside.items() if not PAGES_ALONE.match(name)}
    outside = [
        root / "requirements.txt",
        root / "constraints.txt",
        *root.glob("book/data/**/*.json"),
    ]
    pins = {path.relative_to(root).as_posix(): path for path in outside}
    digest = hashlib.sha256()
    for name, path in sorted(used.items()) + sorted(pins.items()):
        digest.update(repr((name, path.read_bytes())).encode())
    return digest.hexdigest()[:16]


def configure(app: Sphinx, config) -> None:
    """Let notebooks show static HTML, and keep their results per version of the package."""
    os.environ.update(HELPERS_HOST="site", HELPERS_QUIET="1")
    cache = Path(app.outdir).parent / "cache"
    config.nb_execution_cache_path = str(current_cache(cache, code_hash(Path(app.confdir))))


def current_cache(folder: Path, version: str) -> Path:
    """Return the cache of this version; remove those of versions unused for a month."""
    current = folder / version
    current.mkdir(parents=True, exist_ok=True)
    os.utime(current)
    prune((p for p in folder.iterdir() if re.fullmatch(r"[0-9a-f]{16}", p.name)), KEPT_DAYS)
    return current


def check_renderer(script: str) -> None:
    """Raise ExtensionError if the script that moves the figures is over its budget."""
    if (size := gzip_size(script)) > MAX_RENDERER_BYTES:
        raise ExtensionError(
            f"explore.js takes {size:,} bytes gzipped; the renderer may take {MAX_RENDERER_BYTES:,}"
        )


def write_assets(app: Sphinx) -> None:
    """Write the renderer and its style beside the pages; `explore.js` becomes a classic script."""
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    script = f"(() => {{\n{asset('explore.js')}\nboot();\n}})();\n"
    check_renderer(script)
    for name, text in {
        "explore.js": script,
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
