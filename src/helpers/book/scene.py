"""A figure drawn by Matplotlib, once for a wide page and once for a narrow one."""

from collections.abc import Callable
from dataclasses import dataclass
from re import fullmatch

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from helpers.book import artists, theme

WIDTHS = {"wide": 720, "narrow": 360}
"""Width of each layout in CSS pixels; panels stand side by side when wide, stacked when narrow."""

Draw = Callable[..., dict | None]


@dataclass(frozen=True, eq=False)
class Scene:
    """One layout of a figure: the Matplotlib canvas and its named artists."""

    layout: str
    canvas: Canvas
    artists: dict

    def boxes(self) -> dict[str, list[float]]:
        """Return for each artist its axes as [left, top, width, height] in CSS pixels."""
        width, height = self.canvas.get_size_inches() * 72
        return {
            name: [round(v, 1) for v in (b.x0 * width, (1 - b.y1) * height,
                                         b.width * width, b.height * height)]
            for name, artist in self.artists.items()
            for b in [artists.axes_of(artist).get_position()]
        }  # fmt: skip


def compose(draw: Draw, layout: str, panels: int, height: int, names: set | None = None) -> Scene:
    """Draw a figure in one layout.

    Parameters
    ----------
    draw
        Called with one Axes per panel; returns the artists that will move, by name.
    height
        Height of one row of panels in CSS pixels.

    Raises
    ------
    ValueError
        If what `draw` returns does not hold exactly `names`, or holds an artist of another kind.
    """
    rows, columns = (1, panels) if layout == "wide" else (panels, 1)
    with theme.style():
        size = (WIDTHS[layout] / 72, rows * height / 72)
        canvas = Canvas(figsize=size, dpi=72, layout="constrained")
        axes: list[Axes] = list(canvas.subplots(rows, columns, squeeze=False).flat)
        moving = draw(*axes) or {}
        for name, artist in moving.items():
            if not fullmatch(r"[a-z][a-z0-9-]*", name):
                raise ValueError(f"artist name {name!r}: use lower-case letters, digits and -")
            artists.kind_of(name, artist)
        if names is not None and names != set(moving):
            raise ValueError(
                f"unknown or missing artists: compute gives {sorted(names)}, "
                f"draw returns {sorted(moving)}"
            )
        canvas.draw_without_rendering()
        canvas.set_layout_engine("none")
    return Scene(layout, canvas, moving)
