"""The figures of chapter 1 that watch nets learn: a time-lapse, and accuracy against depth."""

from functools import cache

import numpy as np

from helpers.book import theme
from helpers.book.explore import Explorable
from helpers.book.knobs import choice, slider
from helpers.learning.depth import AccuracyByDepth, TimeLapse, first_to_last
from helpers.learning.experiments import run

LAPSE = TimeLapse()
LAYERS = max(LAPSE.depths) + 1
FLOOR = 1e-9
CASES = {
    f"{case.activation}, {scheme}": (i, j)
    for i, case in enumerate(LAPSE.cases)
    for j, scheme in enumerate(case.schemes)
}


@cache
def time_lapse():
    """Return the training histories of nets of three depths (an experiment, kept on disk)."""
    return run(LAPSE).arrays


def draw_time_lapse(change, accuracy):
    """Draw the change of every layer in one epoch (left) and the accuracy so far (right)."""
    change.set(xlim=(LAYERS - 0.3, -0.7), xlabel="layers before the output")
    change.set(ylim=(FLOOR, 10), yscale="log")
    change.set_title("relative weight change in this epoch")
    accuracy.set(xlim=(0, LAPSE.epochs), ylim=(0, 1), xlabel="epoch")
    accuracy.set_title("accuracy on held-out digits")
    colors = theme.ramp(LAYERS)[::-1]
    bars = change.bar(range(LAYERS), np.ones(LAYERS), bottom=FLOOR, width=0.8, color=colors)
    nets = range(LAPSE.seeds)
    seeds = [accuracy.plot([0, 1], [0, 0], color=theme.color("muted"), lw=1.2)[0] for _ in nets]
    here = accuracy.scatter([0 for _ in nets], [0 for _ in nets], s=50, color=theme.color("ink"))
    return {"bars": bars, **{f"seed{i}": line for i, line in enumerate(seeds)}, "here": here}


def compute_time_lapse(epoch, depth, case):
    """Return the median change per layer in this epoch, and each net's accuracy up to it."""
    at = (*CASES[case], LAPSE.depths.index(depth))
    change = np.median(time_lapse()["change"][at][:, epoch - 1, depth::-1], axis=0)
    accuracy = time_lapse()["accuracy"][at][:, :epoch]
    epochs = np.arange(1, epoch + 1)
    return {
        "bars": np.clip(change, FLOOR, 10) - FLOOR,
        **{f"seed{i}": (epochs, row) for i, row in enumerate(accuracy)},
        "here": (np.full(LAPSE.seeds, epoch), accuracy[:, -1]),
    }


def describe_time_lapse(data, epoch, depth, case):
    """Compare the first layer with the last."""
    change, right = data["bars"] + FLOOR, float(np.median(data["here"][1]))
    return (
        f"{depth} hidden layers, {case}: in epoch {epoch} the first layer changed by "
        f"{theme.number(change[-1], 1)} of its size, the last by {theme.number(change[0], 1)}. "
        f"Accuracy {100 * right:.0f}%."
    )


training = Explorable(
    id="time-lapse",
    title=f"Nets of 32 units a layer learning the 8×8 digits; medians of {LAPSE.seeds} nets "
    "(bars), each net (lines).",
    question="Press Play. Which layers move, and what does accuracy wait for?",
    knobs=(
        slider("epoch", range(1, LAPSE.epochs + 1), 1, "epoch"),
        choice("depth", LAPSE.depths, 4, "hidden layers"),
        choice("case", CASES, "logistic, standard", "activation, initialization"),
    ),
    draw=draw_time_lapse,
    compute=compute_time_lapse,
    describe=describe_time_lapse,
    alt="Left: one bar a layer, the relative change of its weights on a logarithmic axis; in deep "
    "logistic nets the bars of early layers are many powers of ten shorter. Right: accuracy "
    "against the epoch.",
    panels=2,
)

STUDY = AccuracyByDepth()
LINES = {case.activation: style for case, style in zip(STUDY.cases, ("-", "--", ":"), strict=True)}
START = ("the common heuristic", "made for the activation")


@cache
def accuracy_by_depth():
    """Return the chapter's experiment (kept on disk)."""
    return run(STUDY).arrays


def draw_depth(accuracy, change):
    """Draw accuracy (left) and the first layer's share of the change (right) against depth."""
    for axes in (accuracy, change):
        axes.set(xlim=(0, max(STUDY.depths) + 1), xlabel="hidden layers")
        theme.ticks(axes.xaxis, STUDY.depths)
    accuracy.set(ylim=(0, 1.02))
    accuracy.set_title("accuracy on test digits")
    change.set(ylim=(1e-9, 10), yscale="log")
    change.set_title("change of first layer / of last layer")
    moving = {}
    for name, style in LINES.items():
        for panel, axes in (("accuracy", accuracy), ("change", change)):
            (line,) = axes.plot([1, 2], [1, 1], style, color=theme.color("ink"), label=name)
            dots = axes.scatter(*np.ones((2, len(STUDY.depths) * STUDY.seeds)), s=26,
                                color=theme.color("muted"), alpha=0.55)  # fmt: skip
            moving |= {f"{panel}-{name}": line, f"{panel}-{name}-nets": dots}
    change.legend(loc="lower left", handlelength=2.6)
    return moving


def compute_depth(start):
    """Return medians (lines) and all nets (dots) for every activation and depth."""
    found, j, moving = accuracy_by_depth(), START.index(start), {}
    for i, name in enumerate(LINES):
        ratio = first_to_last(found["change"][i, j])
        for panel, values in (("accuracy", found["accuracy"][i, j]), ("change", ratio)):
            values = np.clip(values, 1e-9, 10)
            moving[f"{panel}-{name}"] = (STUDY.depths, np.median(values, axis=1))
            moving[f"{panel}-{name}-nets"] = (np.repeat(STUDY.depths, STUDY.seeds), values.ravel())
    return moving


def describe_depth(_data, start):
    """Say how deep each activation gets."""
    found, j = accuracy_by_depth(), START.index(start)
    learned = np.median(found["accuracy"][:, j], axis=-1) > 0.5
    deepest = [max(d for d, ok in zip(STUDY.depths, row, strict=True) if ok) for row in learned]
    told = ", ".join(f"{name} {depth}" for name, depth in zip(LINES, deepest, strict=True))
    return f"Deepest nets that read most digits correctly (median of {STUDY.seeds}): {told} layers."


depth = Explorable(
    id="depth",
    title=f"Each point at its own tuned learning rate; dots are {STUDY.seeds} nets, lines their "
    "medians. Right: relative weight change over the first epoch.",
    question="Change how the first weights are drawn, and tune the rate again. Who can go deeper?",
    knobs=(choice("start", START, START[0], "initialization"),),
    draw=draw_depth,
    compute=compute_depth,
    describe=describe_depth,
    alt="Two panels against the number of hidden layers. Accuracy falls from near one to guessing: "
    "for logistic nets at four layers, for the others deeper. The first layer's share of the "
    "change falls with it, by many powers of ten for logistic nets.",
    panels=2,
)
