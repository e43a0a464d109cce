"""Signals in nets that have not learned yet, on the digits. Introduced in chapter 1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.data.images import CLASSES, PIXELS, digits
from helpers.learning.experiments import Experiment, progress
from helpers.learning.untrained import draw_nets
from helpers.measure.gradients import (
    LayerNorms,
    frobenius,
    gradient_norms,
    jacobian_singular_values,
)
from helpers.nets.mlp import Layer, Signals, backward, forward, init


def norms_at_init(
    activation: str = "logistic",
    depth: int = 10,
    scheme: str = "standard",
    gain: float = 1.0,
    width: int = 32,
    seeds: int = 10,
    examples: int = 100,
) -> LayerNorms:
    """Norms of the error signal and of the weight gradient, shape (seeds, depth + 1).

    `depth` counts hidden layers; the last column is the output layer. E is the mean
    cross-entropy of the first `examples` training digits.
    """
    train = digits().train
    params = draw_nets(depth, width, (scheme,), range(seeds), gain)
    return gradient_norms(params, train.x[:examples], train.y[:examples], activation)


def mean_singular_values(
    scheme: str, activation: str = "tanh", width: int = 1000, depth: int = 5, seeds: int = 5
) -> NDArray:
    """Mean singular value of each hidden layer's Jacobian, shape (seeds, depth - 1).

    The net and question of Glorot and Bengio 2010, section 4.2.2; ours reads one training digit,
    another one for each seed, where theirs read images of shapes.
    """
    x = digits().train.x
    sizes = (PIXELS, *[width] * depth, CLASSES)
    drawn = (init(sizes, np.random.default_rng(seed), scheme) for seed in range(seeds))
    values = [
        jacobian_singular_values(net, x[seed : seed + 1], activation).mean(axis=(1, 2))
        for seed, net in enumerate(drawn)
    ]
    return np.array(values)


@dataclass(frozen=True)
class GradientMap(Experiment):
    """Layer-by-layer norms for every activation, depth and gain, at initialization.

    A seed's random numbers are the same at every gain and depth, so that only the knob changes.

    compute() returns
        delta, weight : norms (activations, depths, gains, seeds, max(depths) + 1) of dE/dz_l
            and dE/dW_l. A net of depth L fills the layers 1..L + 1; the rest is NaN.
    """

    activations: tuple[str, ...] = ("logistic", "tanh", "relu", "linear")
    depths: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50)
    gains: tuple[float, ...] = (
        0.25, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.4142, 1.7, 2.0, 2.4, 2.8284, 4.0, 5.7, 8.0,
        11.3, 16.0,
    )  # fmt: skip
    scheme: str = "gaussian"
    width: int = 32
    seeds: int = 5
    examples: int = 32

    def compute(self) -> dict[str, NDArray]:
        """Pass forward once through the deepest net; cut it and pass back at every depth."""
        shape = (len(self.activations), len(self.depths), len(self.gains), self.seeds)
        delta, weight = np.full((2, *shape, max(self.depths) + 1), np.nan)
        params = draw_nets(max(self.depths), self.width, (self.scheme,), range(self.seeds))
        gains = np.array(self.gains)[:, None, None, None]
        params = [
            Layer(gains * W, np.broadcast_to(b, (*gains.shape[:1], *b.shape))) for W, b in params
        ]
        for i, activation in enumerate(progress(self.activations, "gradients")):
            for j, cut in enumerate(self._norms(params, activation)):
                delta[i, j, ..., : self.depths[j] + 1] = cut.delta
                weight[i, j, ..., : self.depths[j] + 1] = cut.weight
        return {"delta": delta, "weight": weight}

    def _norms(self, params: list[Layer], activation: str) -> list[LayerNorms]:
        x, y = digits().train.x[: self.examples], digits().train.y[: self.examples]
        z, a = forward(params, x, activation)
        found = []
        for depth in self.depths:
            logits = a[depth] @ np.swapaxes(params[-1].W, -1, -2)
            cut = Signals([*z[:depth], logits], a[: depth + 1])
            back = backward([*params[:depth], params[-1]], cut, y, activation)
            found.append(LayerNorms(frobenius(back.delta), frobenius(back.weight)))
        return found
