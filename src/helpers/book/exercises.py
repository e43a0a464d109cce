"""Self-checks of coding exercises: they measure, compare, and say what is still wrong."""

from collections.abc import Callable

import numpy as np

from helpers.book.figures.products_of_small_numbers import factor_per_layer
from helpers.measure.initial import norms_at_init


def check_relu_factor(predict: Callable[[float], float]) -> None:
    """Compare a prediction of the factor per layer of ReLU nets with measured nets (chapter 1)."""
    for gain in (0.5, 1.0, 2.0, 3.0):
        norms = norms_at_init("relu", depth=20, scheme="gaussian", gain=gain).delta
        measured = float(np.median(factor_per_layer(norms)))
        said = float(predict(gain))
        if abs(said / measured - 1) > 0.1:
            print(f"Not yet: at gain {gain:g} you say {said:.2f}; measured is {measured:.2f}.")
            return
    print("Right: your formula is within 10% of the measurement at every gain.")


def check_critical_gain(activation: str, gain: float) -> None:
    """Say whether a gain keeps the error signal of an activation alive (chapter 1)."""
    norms = norms_at_init(activation, depth=20, scheme="gaussian", gain=gain).delta
    factor = float(np.median(factor_per_layer(norms)))
    if abs(factor - 1) <= 0.04:
        print(f"Right: at gain {gain:.3g} each layer multiplies the signal by {factor:.2f}.")
    else:
        way = "vanishes" if factor < 1 else "explodes"
        print(f"Not yet: at gain {gain:.3g} the signal {way}, × {factor:.2f} per layer.")
