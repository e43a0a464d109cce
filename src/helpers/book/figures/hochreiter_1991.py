"""The figures of chapter 2: what error signals do on their way back through time."""

from functools import cache

import numpy as np
from scipy.optimize import brentq

from helpers.book import theme
from helpers.book.explore import Explorable
from helpers.book.knobs import choice, slider
from helpers.learning.experiments import run
from helpers.measure.error_flow import bound, one_unit
from helpers.measure.flow_map import INPUTS, ErrorFlowMap
from helpers.nets.mlp import ACTIVATIONS, logistic
from helpers.nets.rnn import init

WEIGHTS = np.linspace(0.1, 20, 200)
LOW, HIGH = 1e-12, 1e6


def settled(weight: float) -> float:
    """Return where a logistic unit that hears only itself comes to rest: z = w f(z)."""
    return brentq(lambda z: z - weight * logistic(np.array(z)), 0, weight)


@cache
def feeding_itself() -> np.ndarray:
    """Return the factor per step of such a unit, for each of `WEIGHTS`."""
    return np.array([float(one_unit(w, settled(w), 1)) for w in WEIGHTS])


def draw_one_unit(factor, error):
    """Draw the factor per step against the weight (left), the error against the lag (right)."""
    factor.set(xlim=(0, 20), ylim=(1e-3, 10), yscale="log", xlabel="weight w")
    factor.set_title("factor per step, f′(z) w")
    error.set(xlim=(0, 100), ylim=(LOW, HIGH), yscale="log", xlabel="lag q")
    error.set_title("error left after q steps")
    for axes in (factor, error):
        theme.shade(axes)
    ink, muted = theme.color("ink"), theme.color("muted")
    (own,) = factor.plot(WEIGHTS, feeding_itself(), "--", color=muted, linewidth=1.6)
    factor.text(19.6, 1.3e-3, "unit that feeds itself", color=muted, ha="right")
    (given,) = factor.plot([0, 20], [1, 1], color=ink)
    (line,) = error.plot([0, 100], [1, 1], color=ink)
    return {
        "given": given,
        "here": factor.scatter([1], [1], s=90, color=ink, zorder=3),
        "own": own,
        "line": line,
        "there": error.scatter([1], [1], s=90, color=ink, zorder=3),
    }


def compute_one_unit(weight, z, lag):
    """Return the factor for all weights at this net input, and the error over the lags."""
    factor = float(one_unit(weight, z, 1))
    steps = np.arange(101)
    left = factor**steps
    shown = (left >= LOW) & (left <= HIGH)
    given = one_unit(WEIGHTS, z, 1)
    inside = (given >= 1e-3) & (given <= 10)
    arrives = np.clip(factor**lag, LOW, HIGH)
    own = feeding_itself()
    return {
        "given": (WEIGHTS[inside], given[inside]),
        "here": ([weight], [np.clip(factor, 1e-3, 10)]),
        "own": (WEIGHTS[own >= 1e-3], own[own >= 1e-3]),
        "line": (steps[shown], left[shown]),
        "there": ([lag], [arrives]),
    }


def describe_one_unit(_data, weight, z, lag):
    """Say what is left, and what the unit would do by itself."""
    factor, rest = float(one_unit(weight, z, 1)), settled(weight)
    return (
        f"Held at z = {theme.number(z)}, the unit multiplies its error by {theme.number(factor)} a "
        f"step: {theme.number(factor**lag)} after {lag}. Left to itself it would settle at z = "
        f"{theme.number(rest)}, × {theme.number(float(one_unit(weight, rest, 1)))} a step."
    )


one_unit_figure = Explorable(
    id="one-unit",
    title="A logistic unit with a connection to itself. Solid: its net input is held at z. Dashed: "
    "the net input is what the unit sends to itself, z = w f(z).",
    question="Raise the weight. Which weight brings the error across 50 steps when the unit feeds "
    "itself?",
    knobs=(
        slider("weight", [0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20], 2, "weight w"),
        slider("z", [0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8], 0, "net input z"),
        slider("lag", [1, 5, 10, 20, 50, 100], 20, "lag q", unit="steps"),
    ),
    draw=draw_one_unit,
    compute=compute_one_unit,
    describe=describe_one_unit,
    alt="Left: the factor per step against the weight; at a fixed net input it grows without end, "
    "for a unit that feeds itself it stays below 0.3. Right: the error against the lag.",
    panels=2,
)

FLOW = ErrorFlowMap(activations=("logistic", "tanh", "linear"))
SPREAD = {"low": 10, "median": 50, "high": 90}
LEAST, MOST = 1e-30, 1e15


@cache
def flow_map():
    """Return log10 of the measured error flow of random nets (an experiment, kept on disk)."""
    return np.maximum(run(FLOW).arrays["flow"], theme.NOTHING)


@cache
def largest_weights(units: int) -> np.ndarray:
    """Return the largest |w_ij| of each net of the flow map at gain 1."""
    params = init(units, INPUTS, np.random.default_rng([3, units]), nets=(1, FLOW.nets))
    return np.abs(params.W).max(axis=(0, 2, 3))


def draw_flow(lags, one_lag):
    """Draw error flow against the lag (left) and all nets at one lag (right)."""
    lags.set(xlim=(0, 100), xlabel="lag q")
    one_lag.set(xlim=(-1, FLOW.nets), xticks=[], xlabel="20 random nets, sorted")
    for axes, title in ((lags, "error that arrives"), (one_lag, "at the chosen lag")):
        axes.set(ylim=(LEAST, MOST), yscale="log")
        axes.set_title(title)
        theme.shade(axes)
    ink, muted = theme.color("ink"), theme.color("muted")
    width = {"low": 1, "median": 2.4, "high": 1}
    lines = {name: lags.plot([0, 1], [1, 1], color=ink, lw=width[name])[0] for name in SPREAD}
    (top,) = lags.plot([0, 1], [1, 1], "--", color=muted)
    (line,) = one_lag.plot([0, 1], [1, 1], "--", color=muted)
    dots = one_lag.scatter(np.arange(FLOW.nets), np.ones(FLOW.nets), s=36, color=ink, zorder=3)
    return {**lines, "bound": top, "nets": dots, "bound-here": line}


def _within(x, exponent):
    """Return the points (x, 10**exponent) that lie within the axes, at least one."""
    kept = (exponent > np.log10(LEAST)) & (exponent < np.log10(MOST))
    kept[0] |= not kept.any()
    return x[kept], 10 ** np.clip(exponent[kept], np.log10(LEAST), np.log10(MOST))


def compute_flow(gain, activation, units, lag):
    """Return percentiles over nets for every lag, the bound, and all nets at one lag."""
    place = (FLOW.activations.index(activation), FLOW.units.index(units), FLOW.gains.index(gain))
    flow, lags = flow_map()[place], np.array(FLOW.lags)
    above = _log_bound(gain, activation, units, lags)
    here = lags.tolist().index(lag)
    edge = np.clip(above[here], np.log10(LEAST), np.log10(MOST))
    return {
        **{name: _within(lags, np.percentile(flow, share, axis=0))
           for name, share in SPREAD.items()},
        "bound": _within(lags, above),
        "nets": _within(np.arange(FLOW.nets), np.sort(flow[:, here])),
        "bound-here": ([0, FLOW.nets - 1], [10**edge] * 2),
    }  # fmt: skip


def _log_bound(gain, activation, units, lags):
    """Return log10 of n tau^q, with the median net's largest weight."""
    w_max = gain * np.median(largest_weights(units))
    tau = bound(units, w_max, 1, ACTIVATIONS[activation].max_slope) / units
    return np.log10(units) + lags * np.log10(tau)


def describe_flow(_data, gain, activation, units, lag):
    """Compare the median net with the bound."""
    place = (FLOW.activations.index(activation), FLOW.units.index(units), FLOW.gains.index(gain))
    median = np.median(flow_map()[place][:, FLOW.lags.index(lag)])
    above = _log_bound(gain, activation, units, np.array([lag]))[0]
    return (
        f"Across {lag} steps the median net multiplies the error by "
        f"{theme.power(median)}; the bound n τ^q allows {theme.power(above)}."
    )


error_flow_figure = Explorable(
    id="error-flow",
    title="Random recurrent nets of n units that run on random inputs: the size of the error that "
    "travels back q steps (median, and the middle 80% of 20 nets), and the bound n τ^q (dashed).",
    question="Where does the error live longer than a few steps? And how much of it does the bound "
    "know about?",
    knobs=(
        slider("gain", FLOW.gains, 1.0, "gain of the weights"),
        choice("activation", FLOW.activations, "logistic", "activation"),
        choice("units", FLOW.units, 20, "units n"),
        slider("lag", [1, 2, 5, 10, 20, 50, 100], 10, "lag q"),
    ),
    draw=draw_flow,
    compute=compute_flow,
    describe=describe_flow,
    alt="Left: lines that fall or rise with the lag on a logarithmic axis, far below a dashed "
    "line, the bound. Right: twenty dots, one a net, at one lag.",
    panels=2,
)
