"""What the package declares and what the built site ships."""

import importlib
import json
import pkgutil
from pathlib import Path

import helpers.book.figures
from helpers.book.explore import Explorable


def declared() -> dict[str, Explorable]:
    """Return every explorable of `helpers.book.figures`, by id."""
    found = {}
    for info in pkgutil.iter_modules(helpers.book.figures.__path__, "helpers.book.figures."):
        module = importlib.import_module(info.name)
        figures = [part for part in vars(module).values() if isinstance(part, Explorable)]
        found |= {figure.id: figure for figure in figures}
    return found


FIGURES = declared()


def manifest(site: Path) -> dict:
    """Return what the build wrote about itself."""
    return json.loads((site / "manifest.json").read_text(encoding="utf-8"))


def page_of(site: Path, name: str) -> str:
    """Return the address of the page that shows an explorable, relative to the site."""
    entries = [e for e in manifest(site)["explorables"] if e["id"] == name]
    assert len(entries) == 1, f"explorable {name!r} stands {len(entries)} times in the manifest"
    return entries[0]["page"]


def pages(site: Path) -> list[Path]:
    """Return all pages of the site but the one at its root, which only opens the front page."""
    found = (path for path in site.rglob("*.html") if "_static" not in path.parts)
    return sorted(path for path in found if path != site / "index.html")


def by_page(site: Path) -> dict[str, list[Explorable]]:
    """Return the explorables of every page that has some, by its file:// address."""
    found = {}
    for entry in manifest(site)["explorables"]:
        url = (site / entry["page"]).as_uri()
        found.setdefault(url, []).append(FIGURES[entry["id"]])
    return found
