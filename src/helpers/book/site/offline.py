"""A site that asks no other server for anything and ships only what its pages use.

The theme, Thebe and the other extensions that Jupyter Book loads add scripts and style sheets to
every page, some from other servers. The book's templates and style sheets replace them all, so
this extension takes them off the pages and out of the build, and warns about any remote asset
that is left.
"""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging
from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

LOGGER = logging.getLogger(__name__)

REPLACED = re.compile(
    r"(https?:)?//|_static/(styles|scripts|vendor|images)/|_static/(pygments|basic|mystnb|"
    r"documentation_options|doctools|sphinx_highlight|clipboard|copybutton|togglebutton|"
    r"sphinx-thebe|thebe|design-tabs|sphinx-design|alabaster|plus|minus|file|check-solid|copy-button|play-solid|locales|sbt-webpack|webpack)"
)
"""Assets of the theme and of Jupyter Book's extensions for which the book has its own."""

NEEDED_BY_SEARCH = ("documentation_options.js", "doctools.js", "language_data.js", "searchtools.js")
INLINE = re.compile(r"DOCUMENTATION_OPTIONS|[Tt]oggle|thebe|hypothesis")
REMOTE = re.compile(
    r"<(?:script|link|img|iframe|source|audio|video|embed|object)\b[^>]*?"
    r"\b(?:src|srcset|data|href)=[\"']?((?:https?:)?//[^\"'\s>]+)"
)
ROOT_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={target}">
<title>{title}</title>
</head>
<body><main><h1>{title}</h1><p><a href="{target}">Open the book</a></p></main></body>
</html>
"""


def _round() -> BracketStyle:
    return BracketStyle(left="(", right=")")


@dataclass
class RoundStyle(AuthorYearReferenceStyle):
    """Citations in the text: (Hochreiter, 1991)."""

    bracket_parenthetical: BracketStyle = field(default_factory=_round)
    bracket_textual: BracketStyle = field(default_factory=_round)
    bracket_year: BracketStyle = field(default_factory=_round)


def is_replaced(asset) -> bool:
    """Whether a style sheet or script that an extension added has no place on a page."""
    name = str(getattr(asset, "filename", asset) or "")
    if name:
        return bool(REPLACED.match(name))
    return bool(INLINE.search(asset.attributes.get("body", "")))


def select_assets(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Keep the book's own assets; add the style sheet for mathematics where it is used."""
    if 'class="katex"' in context.get("body", ""):
        app.add_css_file("katex/katex.min.css", priority=100)
    for kind in ("css_files", "script_files"):
        context[kind] = [asset for asset in context[kind] if not is_replaced(asset)]


def hide_launch_buttons(app: Sphinx, config) -> None:
    """Take the launch buttons away as long as no repository is named."""
    if not config.html_theme_options.get("repository_url"):
        config.html_theme_options.pop("launch_buttons", None)


def prune(static: Path) -> None:
    """Remove the replaced assets from the folder of static files."""
    for path in static.iterdir():
        name = f"_static/{path.name}" + ("/" if path.is_dir() else "")
        if REPLACED.match(name) and path.name not in NEEDED_BY_SEARCH:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def report_remote(outdir: Path) -> None:
    """Warn about every page that would load something from another server."""
    for page in sorted(outdir.rglob("*.html")):
        for address in REMOTE.findall(page.read_text(encoding="utf-8")):
            LOGGER.warning("%s loads %s", page.relative_to(outdir).as_posix(), address)


def write_root(app: Sphinx, exception: Exception | None) -> None:
    """Write the page at the root of the site, which opens the front page."""
    if exception is None and app.builder.format == "html":
        target = app.builder.get_target_uri(app.config.root_doc)
        page = ROOT_PAGE.format(target=target, title=app.config.html_title)
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8", newline="\n")


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Remove what no page uses and check that nothing remote is left."""
    if exception is None and app.builder.format == "html":
        prune(Path(app.outdir) / "_static")
        report_remote(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, bool]:
    """Load the parts of the site and connect the selection of assets."""
    app.setup_extension("helpers.book.site.mathematics")
    app.setup_extension("helpers.book.site.frame")
    register_plugin("sphinxcontrib.bibtex.style.referencing", "author_year_round", RoundStyle)
    app.connect("config-inited", hide_launch_buttons, priority=900)
    app.connect("html-page-context", select_assets, priority=900)
    app.connect("build-finished", write_root, priority=400)
    app.connect("build-finished", finish, priority=990)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
