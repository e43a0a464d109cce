"""One palette, one figure style: every color means one thing through the whole book.

A role has a light and a dark value. Matplotlib draws with the light one; in the SVG that a page
ships, each becomes the CSS variable of its role, so a figure follows the page into the dark.
"""

from importlib.resources import files
from math import isfinite

import matplotlib
from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb

PALETTE = {
    "paper": ("#fbfaf7", "#14171c"),
    "panel": ("#f3f1ea", "#1b2027"),
    "grid": ("#dedbd3", "#2c323b"),
    "muted": ("#5f6670", "#a3a9b2"),
    "ink": ("#1c2127", "#e8e6e1"),
    "vanishing": ("#0067a5", "#6cb4ee"),
    "exploding": ("#c24400", "#ff8f5e"),
    "healthy": ("#00795a", "#4cc9a0"),
    "early": ("#5b3a9e", "#b79cf0"),
    "late": ("#b07d00", "#f0c75e"),
}
"""Role: (light hex, dark hex). The layers of a net run on the ramp from early to late."""

CODE = {
    "code-word": ("#6b3a8a", "#cda7e8"),
    "code-text": ("#2f6139", "#9ccf9f"),
    "code-value": ("#8a4500", "#eeb27c"),
    "code-name": ("#1d5480", "#8fc1e8"),
}
"""The colors of program text, which no figure uses."""

RAMP_STEPS = 20


def color(role: str) -> str:
    """Return the light hex value of a role; ValueError lists the roles."""
    if role not in PALETTE:
        raise ValueError(f"unknown color role {role!r}; choose from {', '.join(PALETTE)}")
    return PALETTE[role][0]


def ramp(n: int) -> list[str]:
    """Return `n` hex colors from the earliest layer to the latest."""
    if n < 1:
        raise ValueError(f"a ramp needs at least one color, got n = {n}")
    return [_mix(round(RAMP_STEPS * i / max(1, n - 1))) for i in range(n)]


def _mix(step: int) -> str:
    share = step / RAMP_STEPS
    pair = zip(to_rgb(color("early")), to_rgb(color("late")), strict=True)
    return to_hex([(1 - share) * a + share * b for a, b in pair])


def css_colors() -> dict[str, str]:
    """Map each hex value that a figure may contain to the CSS expression of its role."""
    mixed = {
        _mix(step): f"color-mix(in srgb, var(--vg-late) {100 * step // RAMP_STEPS}%, "
        "var(--vg-early))"
        for step in range(RAMP_STEPS + 1)
    }
    return mixed | {light: f"var(--vg-{role}, {light})" for role, (light, _) in PALETTE.items()}


def palette_css() -> str:
    """Return the palette as CSS variables: for the site and JupyterLab, light, dark and print."""
    light, dark = (
        f"color-scheme: {scheme}; "
        + "".join(f"--vg-{role}: {pair[i]}; " for role, pair in (PALETTE | CODE).items())
        for i, scheme in enumerate(("light", "dark"))
    )
    return (
        f':root, [data-jp-theme-light="true"] {{ {light}}}\n'
        f'@media screen {{ html[data-theme="dark"], [data-jp-theme-light="false"] {{ {dark}}} }}\n'
        "@media screen and (prefers-color-scheme: dark) "
        f"{{ html:not([data-theme]) {{ {dark}}} }}\n"
    )


FONT = "Gradient Sans"
"""The book's sans serif, which figures share with the site; see fonts/LICENSE.txt."""

for font in files("helpers.book").joinpath("fonts").iterdir():
    if font.name.endswith(".ttf"):
        font_manager.fontManager.addfont(str(font))

STYLE = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": color("muted"),
    "axes.labelcolor": color("ink"),
    "axes.linewidth": 1.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titlesize": 13,
    "axes.titleweight": "semibold",
    "axes.titlecolor": color("ink"),
    "axes.labelsize": 12.5,
    "grid.color": color("grid"),
    "grid.linewidth": 0.8,
    "xtick.color": color("muted"),
    "ytick.color": color("muted"),
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "legend.fontsize": 12,
    "text.color": color("ink"),
    "font.size": 12.5,
    "font.family": FONT,
    "image.interpolation": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "the-vanishing-gradient",
    "path.simplify": False,
}
"""Matplotlib settings of every figure; one unit of length is one CSS pixel (72 dpi)."""


def style():
    """Return a context in which Matplotlib draws in the book's style, whatever the user's is."""
    kept = ("backend", "backend_fallback", "interactive", "toolbar", "timezone")
    defaults = {key: v for key, v in matplotlib.rcParamsDefault.items() if key not in kept}
    return matplotlib.rc_context(defaults | STYLE)


def number(value: float, digits: int = 2) -> str:
    """Return a number for a sentence: `0.25`, `−3`, `3.4·10⁻⁵`."""
    if not isfinite(value):
        raise ValueError(f"a number for a sentence must be finite, got {value}")
    rounded = float(f"{value:.{digits}g}")
    if abs(rounded) >= 10**digits and abs(rounded) < 1e5:
        return f"{value:,.0f}".replace("-", "−")
    if rounded == 0 or 1e-3 <= abs(rounded) < 1e5:
        return f"{rounded:.{digits}g}".replace("-", "−")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}·10{raised(int(exponent))}".replace("-", "−")


NOTHING = -300.0
"""The log10 of what is too small for a floating-point number."""


def power(exponent: float) -> str:
    """Return 10**exponent for a sentence, however large or small the exponent is."""
    if exponent <= NOTHING:
        return "nothing"
    if abs(exponent) < -NOTHING:
        return number(10**exponent)
    return f"10{raised(round(exponent))}"


def raised(exponent: int) -> str:
    """Return an integer as an exponent: `⁻¹²`."""
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def shade(axes, one: float = 1.0) -> None:
    """Tint what vanishes (below `one`) and what explodes (above); for a fixed y axis."""
    low, high = axes.get_ylim()
    for role, bottom, top in (("vanishing", low, one), ("exploding", one, high)):
        axes.axhspan(bottom, top, color=color(role), alpha=0.09, linewidth=0)
    axes.axhline(one, color=color("muted"), linewidth=1)


def ticks(axis, values) -> None:
    """Label exactly these values on an axis, which may be logarithmic."""
    axis.set_ticks(values, [f"{value:g}" for value in values])
    axis.set_ticks([], minor=True)
