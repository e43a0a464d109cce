"""A small page with demo explorables, for states that the book's own pages do not have."""

from pathlib import Path
from types import SimpleNamespace

import demo
import numpy as np

from helpers.book.explore import Explorable
from helpers.book.site.notebooks import write_assets

CELLS = np.array([[0.0, 0.2, 0.4], [0.6, 0.8, 1.0]])
LINKS = '<p><a id="to-1" href="#demo?w=1">1</a> <a id="to-8" href="#demo?w=8">8</a></p>'


def draw(left, right, third):
    """Draw all five kinds of artists; one image has its rows from the top, one from the bottom."""
    third.set_axis_off()
    image = third.imshow(np.zeros((2, 3)), vmin=0, vmax=2, aspect="auto", cmap="viridis")
    low = left.inset_axes([0.1, 0.7, 0.2, 0.2])
    lower = low.imshow(np.zeros((2, 3)), vmin=0, vmax=2, origin="lower", aspect="auto")
    return demo.draw(left, right) | {"image": image, "lower": lower}


def compute(w, kind):
    """Return the demo's data and two images."""
    cells = CELLS * w / 4 if kind == "linear" else CELLS[::-1] * w / 4
    return demo.compute(w, kind) | {"image": cells, "lower": cells}


def make(**changes) -> Explorable:
    """Return the demo with every kind of artist, some parts replaced."""
    return demo.make(**{"draw": draw, "compute": compute, "panels": 3} | changes)


DEMO = make()


def write(folder: Path, *explorables: Explorable, prose: str = LINKS) -> str:
    """Write a page with these explorables as the build would; return its address."""
    write_assets(SimpleNamespace(outdir=folder))
    figures = "".join(explorable.html() for explorable in explorables)
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Demo</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="_static/palette.css">'
        '<link rel="stylesheet" href="_static/explore.css">'
        "<style>body { background: var(--vg-paper); color: var(--vg-ink) }</style>"
        f'<script defer src="_static/explore.js"></script></head><body><main>{prose}{figures}'
        "</main></body></html>"
    )
    path = folder / "demo.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()
