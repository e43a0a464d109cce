"""A small explorable with all five kinds of artists, for tests of every host."""

import numpy as np

from helpers.book.explore import Explorable
from helpers.book.knobs import choice, slider


def draw(left, right):
    left.set(xlim=(0, 10), ylim=(1e-6, 1e2), yscale="log")
    right.set(xlim=(-0.5, 3.5), ylim=(0, 1))
    (line,) = left.plot([0, 1], [1, 1])
    points = left.scatter([0] * 11, [1] * 11)
    return {
        "line": line,
        "points": points,
        "note": left.text(1, 10, ""),
        "bars": right.bar(range(4), np.ones(4)),
    }


def draw_with_image(left, right):
    moving = draw(left, right)
    right.set_axis_off()
    return moving | {"image": right.imshow(np.zeros((2, 3)), vmin=0, vmax=1, aspect="auto")}


def compute(w, kind):
    x = np.arange(11)
    y = np.clip((w * (0.25 if kind == "logistic" else 1.0)) ** x, 1e-6, 1e2)
    return {
        "line": (x, y),
        "points": (x[:5], y[:5]),
        "note": f"w = {w:g}",
        "bars": [0.1 * w, 0.5, 0.2],
    }


def describe(data, w, kind):
    return f"A {kind} chain with weight {w:g}."


KNOBS = (
    slider("w", [1, 2, 4, 8], 4, "weight", unit="mV"),
    choice("kind", ["logistic", "linear"], "logistic", "activation"),
)


def make(**changes):
    """Return the demo with some parts replaced."""
    parts = {
        "id": "demo",
        "title": "A demo",
        "question": "What grows?",
        "draw": draw,
        "alt": "A line and bars.",
        "panels": 2,
        "knobs": KNOBS,
        "compute": compute,
        "describe": describe,
    }
    return Explorable(**parts | changes)
