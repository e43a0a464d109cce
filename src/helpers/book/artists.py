"""The five kinds of artist that an explorable may move, and their data as small integers.

A channel is one column of an artist's data: x and y of a line, the tops of bars, the cells of
an image, a string. Coordinates are fractions of the axes in units of 1 / RESOLUTION, so the same
data fit a figure drawn wide and drawn narrow, and are delta-coded, which compresses well.
"""

from base64 import b64encode

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.text import Text

RESOLUTION = 4000
KINDS = {
    Line2D: "line",
    BarContainer: "bars",
    PathCollection: "points",
    AxesImage: "image",
    Text: "text",
}
CHANNELS = {"line": 2, "bars": 1, "points": 2, "image": 1, "text": 1}


def kind_of(name: str, artist) -> str:
    """Return the kind of a Matplotlib artist; ValueError lists the five that can move."""
    for cls, kind in KINDS.items():
        if isinstance(artist, cls):
            if kind == "line" and artist.get_marker() not in ("None", None, "", " "):
                raise ValueError(f"line {name!r} has markers; draw the markers with scatter()")
            return kind
    allowed = ", ".join(f"{cls.__name__} ({kind})" for cls, kind in KINDS.items())
    raise ValueError(f"artist {name!r} is a {type(artist).__name__}; allowed: {allowed}")


def axes_of(artist):
    """Return the axes that an artist lives in."""
    return artist[0].axes if isinstance(artist, BarContainer) else artist.axes


def encode(name: str, artist, data) -> tuple:
    """Return the channels of one artist's data.

    Parameters
    ----------
    data
        line and points: a pair of arrays (x, y), each of shape (n,). bars: heights, shape (n,).
        image: an array of the drawn shape. text: a string. Points and bars may be fewer than
        were drawn, never more.

    Raises
    ------
    ValueError
        For data of the wrong shape, a NaN or infinity, or a point outside the axes.
    """
    return _ENCODERS[kind_of(name, artist)](name, artist, data)


def _line(name, artist, data):
    x, y = _pair(name, data)
    return tuple(_fractions(name, artist.axes, x, y))


def _points(name, artist, data):
    x, y = _pair(name, data)
    _at_most(name, len(x), len(artist.get_offsets()))
    return tuple(_fractions(name, artist.axes, x, y))


def _bars(name, artist, data):
    heights = np.asarray(data, dtype=float)
    if heights.ndim != 1:
        raise ValueError(f"bars {name!r} need heights of shape (n,), got {heights.shape}")
    _at_most(name, len(heights), len(artist))
    base = np.array([bar.get_y() for bar in artist[: len(heights)]])
    return (_fractions(name, artist[0].axes, _middles(artist[: len(heights)]), base + heights)[1],)


def _image(name, artist, data):
    cells = np.asarray(data, dtype=float)
    if cells.shape != artist.get_array().shape:
        shape = artist.get_array().shape
        raise ValueError(f"image {name!r} needs an array of shape {shape}, got {cells.shape}")
    _finite(name, cells)
    shares = np.asarray(artist.norm(cells), dtype=float)
    if not ((shares > -1e-6) & (shares < 1 + 1e-6)).all():
        low, high = artist.get_clim()
        raise ValueError(f"image {name!r} leaves its range of values, {low:g} to {high:g}")
    return (b64encode(np.rint(255 * shares).astype(np.uint8).tobytes()).decode(),)


def _text(name, artist, data):
    if not isinstance(data, str) or "\n" in data:
        raise ValueError(f"text {name!r} needs a string of one line, got {data!r}")
    return (data,)


_ENCODERS = {"line": _line, "points": _points, "bars": _bars, "image": _image, "text": _text}


def _pair(name, data):
    try:
        x, y = (np.asarray(column, dtype=float) for column in data)
    except (TypeError, ValueError):
        raise ValueError(f"{name!r} needs a pair of arrays (x, y)") from None
    if x.ndim != 1 or x.shape != y.shape or len(x) == 0:
        raise ValueError(f"{name!r} needs x and y of one shape (n,), got {x.shape} and {y.shape}")
    return x, y


def _at_most(name, n, drawn):
    if not 1 <= n <= drawn:
        raise ValueError(f"{name!r} was drawn with {drawn} items and cannot show {n}")


def _finite(name, values):
    if not np.isfinite(values).all():
        raise ValueError(f"{name!r} holds a NaN or an infinite value")


def _middles(bars):
    return np.array([bar.get_x() + bar.get_width() / 2 for bar in bars])


def _fractions(name, axes, x, y) -> list[list[int]]:
    """Return x and y, data units, as delta-coded fractions of the axes."""
    _finite(name, np.stack([x, y]))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (axes.transData - axes.transAxes).transform(np.column_stack([x, y]))
    if not ((shares > -1e-6) & (shares < 1 + 1e-6)).all():
        x_range, y_range = np.round(axes.get_xlim(), 6), np.round(axes.get_ylim(), 6)
        worst = np.argmax(np.abs(np.nan_to_num(shares, nan=9, posinf=9, neginf=-9) - 0.5).max(1))
        raise ValueError(
            f"{name!r} leaves its axes at ({x[worst]:.6g}, {y[worst]:.6g}); "
            f"x runs over {x_range}, y over {y_range}"
        )
    steps = np.rint(RESOLUTION * shares).astype(int)
    return np.diff(steps, axis=0, prepend=0).T.tolist()


def geometry(name: str, artist) -> dict:
    """Return what the renderer needs to know about an artist besides its data."""
    kind = kind_of(name, artist)
    extra = {}
    if kind == "bars":
        left = np.array([bar.get_x() for bar in artist])
        right = left + [bar.get_width() for bar in artist]
        base = np.array([bar.get_y() for bar in artist])
        x0, y0 = _fractions(name, axes_of(artist), left, base)
        extra = {"left": x0, "right": _fractions(name, axes_of(artist), right, base)[0], "base": y0}
    if kind == "image":
        rows, columns = artist.get_array().shape
        colors = [to_hex(artist.cmap(i / 255)) for i in range(256)]
        flip = int(artist.origin == "lower")
        extra = {"rows": rows, "columns": columns, "flip": flip, "colors": colors}
    return {"name": name, "kind": kind, **extra}
