"""The figures of chapter 1: products of small numbers."""

from functools import cache

import numpy as np

from helpers.book import theme
from helpers.book.explore import Explorable
from helpers.book.knobs import choice, slider
from helpers.learning.experiments import run
from helpers.measure.gradients import log_linear_fit
from helpers.measure.initial import GradientMap
from helpers.nets.mlp import ACTIVATIONS

UNITS = 30
NET_INPUTS = np.linspace(-6, 6, 121)
LOWEST, HIGHEST = 1e-12, 1e10


def draw_chain(product, slope):
    """Draw the product over the chain (left) and one factor against the net input (right)."""
    product.set(xlim=(0, UNITS), ylim=(LOWEST, HIGHEST), yscale="log", xlabel="units passed, n")
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
        "line": _line_inside(factor),
        "curve": (NET_INPUTS, np.clip(curve, 1e-3, 20)),
        "here": ([z], [np.clip(factor, 1e-3, 20)]),
    }


def _line_inside(factor):
    """Return factor**n from n = 0 to where it leaves the axes: straight on a logarithmic scale."""
    if factor == 0:
        return [0, 0], [1, LOWEST]
    decades = np.log10(factor)
    limit = np.log10(HIGHEST if factor > 1 else LOWEST)
    last = UNITS if decades == 0 else min(UNITS, limit / decades)
    return [0, last], [1, 10 ** (last * decades)]


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
    return start + f"after {UNITS} units, {theme.number(factor**UNITS)} {verb}."


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


BELOW, TOP = 30, 1e10
"""The figures show nets of up to this many hidden layers, the output layer at the right."""


@cache
def gradient_map():
    """Return the measured gradient norms of untrained nets (an experiment, kept on disk)."""
    return run(GradientMap())


def relative_norms(activation, depth, gain):
    """Return error-signal norms relative to the output layer's, shape (seeds, depth + 1)."""
    result = gradient_map()
    settings = result.settings
    place = [settings.activations.index(activation), settings.depths.index(depth),
             settings.gains.index(gain)]  # fmt: skip
    norms = result.arrays["delta"][tuple(place)][:, : depth + 1]
    return norms / norms[:, -1:]


def factor_per_layer(norms):
    """Return by how much the signal is multiplied on its way down one hidden layer, by seed."""
    return 10 ** -log_linear_fit(norms[:, :-1]).slope


def before_output(axes):
    """Let x count the layers before the output, which stands at the right."""
    axes.set(xlim=(BELOW + 0.7, -0.7), xlabel="layers before the output")


def draw_gradient_norms(norms, factor):
    """Draw the norm of every layer (left) and the factor per layer against the gain (right)."""
    before_output(norms)
    norms.set(ylim=(1 / TOP, TOP), yscale="log")
    norms.set_title("error signal, output layer = 1")
    factor.set(xlim=(0.22, 18), xscale="log", ylim=(0.03, 20), yscale="log", xlabel="gain")
    theme.ticks(factor.xaxis, [0.25, 0.5, 1, 2, 4, 8, 16])
    theme.ticks(factor.yaxis, [0.1, 0.25, 0.5, 1, 2, 4, 8])
    factor.set_title("factor per layer")
    ink = theme.color("ink")
    for axes in (norms, factor):
        theme.shade(axes)
    faint = {"color": theme.color("muted"), "linewidth": 1.2, "alpha": 0.6}
    seeds = {f"seed{i}": norms.plot([0, 1], [1, 1], **faint)[0] for i in range(5)}
    points = norms.scatter(np.zeros(BELOW + 1), np.ones(BELOW + 1), s=40,
                           color=theme.ramp(BELOW + 1)[::-1], zorder=3)  # fmt: skip
    (curve,) = factor.plot([1, 2], [1, 1], color=ink)
    here = factor.scatter([1], [1], s=90, color=ink, zorder=3)
    return seeds | {"points": points, "curve": curve, "here": here}


def compute_gradient_norms(activation, depth, gain):
    """Return the norms of all seeds, and the factor per layer for every gain."""
    norms = relative_norms(activation, depth, gain)[:, ::-1]
    layers = np.arange(depth + 1)
    gains = gradient_map().settings.gains
    factors = [
        np.median(factor_per_layer(relative_norms(activation, depth, other))) for other in gains
    ]
    return {
        **{f"seed{i}": _inside(layers, row) for i, row in enumerate(norms)},
        "points": _inside(layers, np.median(norms, axis=0)),
        "curve": (gains, factors),
        "here": ([gain], [factors[gains.index(gain)]]),
    }


def _inside(layers, norms):
    """Return the points that lie within the axes."""
    kept = (norms > 1 / TOP) & (norms < TOP)
    return layers[kept], norms[kept]


def describe_gradient_norms(_data, activation, depth, gain):
    """Say which way the signal goes, and how far."""
    norms = relative_norms(activation, depth, gain)
    factor, first = np.median(factor_per_layer(norms)), np.median(norms[:, 0])
    way = "vanishes" if factor < 0.9 else "explodes" if factor > 1.1 else "keeps its size"
    return (
        f"The signal {way}: about × {theme.number(factor)} per layer. The first of {depth} layers "
        f"receives {theme.number(first)} times the error at the output."
    )


gradient_norms = Explorable(
    id="gradient-norms",
    title="Measured in untrained nets of 32 units a layer on the 8×8 digits: five seeds (lines), "
    "their median (dots). A gain of 1 draws weights with variance 1/n.",
    question="For each activation, find the gain at which depth does no harm. "
    "For which one does it lie far out?",
    knobs=(
        slider("gain", GradientMap().gains, 1.0, "gain"),
        slider("depth", [4, 5, 6, 8, 10, 15, 20, 30], 10, "hidden layers"),
        choice("activation", GradientMap().activations, "logistic", "activation"),
    ),
    draw=draw_gradient_norms,
    compute=compute_gradient_norms,
    describe=describe_gradient_norms,
    alt="Left: the norm of the error signal at every layer, on a logarithmic axis: a straight "
    "line. Right: the factor per layer against the gain; the curves of ReLU, tanh and the "
    "logistic function cross one at ever larger gains.",
    panels=2,
)
