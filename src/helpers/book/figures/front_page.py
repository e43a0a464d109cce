"""The figure of the front page: the whole problem in ten seconds."""

import numpy as np

from helpers.book import theme
from helpers.book.explore import Explorable
from helpers.book.figures.products_of_small_numbers import BELOW, before_output, relative_norms
from helpers.book.knobs import choice, slider


def draw_reach(axes):
    """Draw one bar a layer, on a linear scale."""
    before_output(axes)
    axes.set(ylim=(0, 1.3))
    axes.set_title("error that arrives, output layer = 1")
    colors = theme.ramp(BELOW + 1)[::-1]
    return {"bars": axes.bar(np.arange(BELOW + 1), np.ones(BELOW + 1), width=0.8, color=colors)}


GAIN_OF_UNIT = {"logistic": 1.0, "tanh": 1.0, "relu": 1.4142}


def compute_reach(depth, unit):
    """Return the median over seeds, from the output layer to the first."""
    norms = np.median(relative_norms(unit, depth, GAIN_OF_UNIT[unit]), axis=0)
    return {"bars": np.clip(norms[::-1], 0, 1.3)}


def describe_reach(_data, depth, unit):
    """Say how much reaches the first layer."""
    first = np.median(relative_norms(unit, depth, GAIN_OF_UNIT[unit]), axis=0)[0]
    return (
        f"With {depth} hidden layers of {unit} units, the error that reaches the first layer is "
        f"{theme.number(first)} times the error at the output."
    )


reach = Explorable(
    id="reach",
    title="Measured on untrained nets that look at handwritten digits; median of five nets.",
    question="Add layers: how many do you need before the first one hears nothing?",
    knobs=(
        slider("depth", [2, 3, 4, 5, 6, 8, 10, 15, 20, 30], 6, "hidden layers"),
        choice("unit", ["logistic", "tanh", "relu"], "logistic", "kind of unit"),
    ),
    draw=draw_reach,
    compute=compute_reach,
    describe=describe_reach,
    alt="One bar a layer, the output layer at the right. With logistic units the bars shrink to "
    "a quarter at every layer; with tanh and ReLU units they stay of one size.",
    height=240,
)
