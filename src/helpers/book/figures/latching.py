"""The figures of chapter 2 on latching: what a net remembers, and whether it can learn to."""

from functools import cache

import numpy as np
from scipy.stats import spearmanr

from helpers.book import theme
from helpers.book.explore import Explorable, Picture
from helpers.book.knobs import choice, slider
from helpers.learning.experiments import run
from helpers.learning.latching import Latching
from helpers.measure.error_flow import error_flow, slopes_back
from helpers.nets.rnn import Recurrent, forward

STEPS, TRIALS, N = 60, 4, 10


def draw_latch(state, error):
    """Draw the states of a net that is told one of two classes (left), its error flow (right)."""
    state.set(xlim=(0, STEPS), ylim=(-1.05, 1.05), xlabel="step")
    state.set_title("state along the strongest direction")
    error.set(xlim=(0, STEPS), ylim=(1e-20, 1e20), yscale="log", xlabel="lag q")
    error.set_title("error that arrives")
    theme.shade(error)
    ink, moving = theme.color("ink"), {}
    for i in range(2 * TRIALS):
        style = {"color": ink, "linewidth": 1.5, "linestyle": "-" if i < TRIALS else ":"}
        moving[f"state{i}"] = state.plot([0, 1], [0, 0], **style)[0]
        moving[f"error{i}"] = error.plot([0, 1], [1, 1], **style)[0]
    return moving


@cache
def latch_runs(radius, activation, noise):
    """Return states along the first eigenvector (2 TRIALS, STEPS) and log10 error flow."""
    rng = np.random.default_rng(1994)
    A = rng.standard_normal((N, N))
    values, vectors = np.linalg.eigh(A + A.T)
    strongest = np.abs(values).argmax()
    W = (A + A.T) * radius / values[strongest]
    direction = vectors[:, strongest]
    x = noise * rng.standard_normal((STEPS + 1, 2 * TRIALS, N))
    x[:3] += np.repeat([1.0, -1.0], TRIALS)[:, None] * direction
    signals = forward(Recurrent(W, np.eye(N), np.zeros(N)), x, activation)
    slopes = slopes_back(signals, activation, STEPS)
    size = np.sqrt(N) if activation == "tanh" else 1.0
    return signals.h[1:] @ direction / size, error_flow(W, slopes)


def compute_latch(radius, activation, noise):
    """Return the two classes' trajectories and the error flow along each."""
    states, flow = latch_runs(radius, activation, noise)
    data = {}
    for i in range(2 * TRIALS):
        inside = np.abs(states[:, i]) <= 1
        last = len(inside) if inside.all() else max(1, int(inside.argmin()))
        data[f"state{i}"] = (np.arange(last), states[:last, i].clip(-1, 1))
        kept = np.abs(flow[i]) < 20
        kept[0] = True
        data[f"error{i}"] = (np.arange(1, STEPS + 1)[kept], 10 ** flow[i][kept].clip(-20, 20))
    return data


def describe_latch(_data, radius, activation, noise):
    """Say whether the class is still there, and whether its error is."""
    states, flow = latch_runs(radius, activation, noise)
    classes = np.repeat([1, -1], TRIALS)
    kept = int((np.sign(states[-1]) == classes).sum())
    return (
        f"After {STEPS} steps {kept} of {2 * TRIALS} runs still show the class they were told; "
        f"over {STEPS} steps the error is multiplied by {theme.power(np.median(flow[:, -1]))}."
    )


latch = Explorable(
    id="latch",
    title=f"{N} units with symmetric weights are told one of two classes (solid, dotted) in three "
    "steps, and hear only noise afterwards.",
    question="At which spectral radius does the net begin to remember? Does the error survive "
    "there?",
    knobs=(
        slider("radius", [0.25, 0.5, 0.7, 0.85, 1, 1.15, 1.3, 1.6, 2, 2.5, 3, 4], 0.7,
               "spectral radius"),
        choice("activation", ["tanh", "linear"], "tanh", "activation"),
        choice("noise", [0.0, 0.1, 0.3], 0.1, "noise"),
    ),
    draw=draw_latch,
    compute=compute_latch,
    describe=describe_latch,
    alt="Left: eight trajectories; above a spectral radius of one they stay apart. Right: the "
    "error against the lag; it falls below one and, with tanh, above one too.",
    panels=2,
)  # fmt: skip

STUDY = Latching()
LINES = dict(zip(STUDY.trainings, ("-", "--"), strict=True))


@cache
def needed():
    """Return the sequences that each net needed (nets, trainings, lags), 0 if it did not learn."""
    return run(STUDY).arrays["needed"]


def rank_correlations():
    """Return for each net the rank correlation of the lag and its speed of learning.

    Historical training; speed is 1 / sequences needed, 0 if the net did not learn.
    """
    speed = [np.divide(1, row, where=row > 0, out=np.zeros(len(row))) for row in needed()[:, 0]]
    return [spearmanr(STUDY.lags, row).statistic for row in speed]


def draw_success(share, cost):
    """Draw the share of nets that learn (left) and what learning costs (right), by lag."""
    for axes in (share, cost):
        axes.set(xlim=(0.8, 36), xscale="log", xlabel="lag")
        theme.ticks(axes.xaxis, [1, 2, 5, 10, 20, 30])
    share.set(ylim=(0, 1.05))
    share.set_title("share of nets that learn")
    cost.set(ylim=(100, 1.3 * STUDY.budget), yscale="log")
    theme.ticks(cost.yaxis, [200, 500, 1000, 2000, 5000])
    cost.set_title("sequences until a net has learned")
    for (name, style), found in zip(LINES.items(), needed().swapaxes(0, 1), strict=True):
        ink = theme.color("ink" if style == "-" else "healthy")
        share.plot(STUDY.lags, (found > 0).mean(axis=0), style, color=ink, label=name)
        lags = np.broadcast_to(STUDY.lags, found.shape)
        shift = 1.0 if style == "-" else 1.05
        solved = found > 0
        cost.scatter(shift * lags[solved], found[solved], s=16, color=ink, alpha=0.5)
    share.legend(loc="lower left", handlelength=2.6)


success = Picture(
    id="latching",
    title=f"Latching one bit: {STUDY.seeds} nets for each training and lag, each at its own "
    f"tuned rate. Nets that did not learn within {STUDY.budget:,} sequences have no dot.",
    draw=draw_success,
    alt="Left: with the historical training the share of nets that learn falls from one to nearly "
    "zero between lags of five and ten; with the modern training it stays near one. Right: the "
    "sequences needed, one dot a net.",
    panels=2,
)
