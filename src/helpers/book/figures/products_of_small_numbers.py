"""The figures of chapter 1: products of small numbers."""

import numpy as np

from helpers.book import theme
from helpers.book.explore import Explorable
from helpers.book.knobs import choice, slider
from helpers.nets.mlp import ACTIVATIONS

UNITS = np.arange(31)
NET_INPUTS = np.linspace(-6, 6, 121)
LOWEST, HIGHEST = 1e-12, 1e6


def draw_chain(product, slope):
    """Draw the product over the chain (left) and one factor against the net input (right)."""
    product.set(xlim=(0, 30), ylim=(LOWEST, HIGHEST), yscale="log", xlabel="units passed, n")
    product.set_title("what is left of the error")
    slope.set(xlim=(-6, 6), ylim=(1e-3, 20), yscale="log", xlabel="net input z")
    slope.set_title("one factor, |f′(z) w|")
    for axes in (product, slope):
        theme.shade(axes)
    (line,) = product.plot([0, 30], [1, 1], color=theme.color("ink"))
    (curve,) = slope.plot([-6, 6], [1, 1], color=theme.color("ink"))
    here = slope.scatter([0], [1], s=90, color=theme.color("ink"), zorder=3)
    return {"line": line, "curve": curve, "here": here}


def compute_chain(activation, weight, z):
    """Return |f'(z) w|^n over the chain, and |f'(z) w| for all z with the chain's z marked."""
    slope = ACTIVATIONS[activation].df
    factor = abs(slope(np.array(float(z))) * weight)
    curve = np.abs(slope(NET_INPUTS) * weight)
    return {
        "line": (UNITS, np.clip(factor**UNITS, LOWEST, HIGHEST)),
        "curve": (NET_INPUTS, np.clip(curve, 1e-3, 20)),
        "here": ([z], [np.clip(factor, 1e-3, 20)]),
    }


def describe_chain(_data, activation, weight, z):
    """Say what one factor is and what thirty of them leave."""
    slope = float(ACTIVATIONS[activation].df(np.array(float(z))))
    factor = abs(slope * weight)
    start = (
        f"Each unit multiplies the error by {theme.number(slope)} × {weight:g} = "
        f"{theme.number(factor, 3)}; "
    )
    if factor == 0:
        return start + "nothing passes even one unit."
    if abs(factor - 1) < 1e-9:
        return start + "the error passes any number of units unchanged."
    verb = "is left of it" if factor < 1 else "times as much arrives"
    return start + f"after 30 units, {theme.number(factor**30)} {verb}."


chain = Explorable(
    id="chain",
    title="A chain of equal units: the error after n of them, and the factor that each applies.",
    question="Which weight keeps the error alive in a chain of logistic units, and what happens "
    "to it when the net input is no longer zero?",
    knobs=(
        slider("weight", [0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12], 2, "weight w"),
        slider("z", [i / 2 for i in range(-12, 13)], 0, "net input z"),
        choice("activation", ["logistic", "tanh", "relu"], "logistic", "activation f"),
    ),
    draw=draw_chain,
    compute=compute_chain,
    describe=describe_chain,
    alt="Two panels with logarithmic axes. Left: the product of n equal factors against n, a "
    "straight line. Right: the factor against the net input, a bump that is highest at zero for "
    "the logistic function and tanh, and a step for ReLU.",
    panels=2,
)
