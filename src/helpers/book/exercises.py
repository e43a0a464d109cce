"""Self-checks of coding exercises: they measure, compare, and say what is still wrong."""

from collections.abc import Callable

import numpy as np

from helpers.book.figures.products_of_small_numbers import factor_per_layer
from helpers.measure.error_flow import one_unit, path_products
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


def check_resting_factor(factor: Callable[[float], float]) -> None:
    """Compare a factor per step with that of tanh units that were run to rest (chapter 2)."""
    for weight in (1.2, 1.5, 2.0, 3.0):
        z = weight
        for _ in range(1000):
            z = weight * np.tanh(z)
        measured = float(one_unit(weight, z, 1, "tanh"))
        said = float(factor(weight))
        if not abs(said - measured) < 1e-6:
            print(f"Not yet: at weight {weight:g} you say {said:.3f}; measured is {measured:.3f}.")
            return
    print("Right at every weight. Toward which weight does it grow?")


def check_path_count(count: Callable[..., int]) -> None:
    """Compare a count of paths with all paths written out, in sparse nets (chapter 2)."""
    rng = np.random.default_rng(2)
    for q in (1, 3, 5):
        W = np.where(rng.random((4, 4)) < 0.5, 1.0, 0.0)
        expected = int(path_products(W, np.ones((q, 4)), 0, 3).sum())
        said = count(W, q, 0, 3)
        if said != expected:
            print(f"Not yet: over {q} steps you count {said} paths; there are {expected}.")
            return
    print("Right: your count is that of all paths written out.")
