"""What Hochreiter's analysis claims, measured on random nets. Introduced in chapter 2.

Each experiment draws its nets one by one, net number i from its own generator, and returns one
value for each: the claims of the chapter are about all of them.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from helpers.learning.experiments import Experiment, progress
from helpers.measure.error_flow import (
    bound,
    error_flow,
    matrix_product,
    path_sum,
    slopes_back,
)
from helpers.nets.mlp import ACTIVATIONS, lookup
from helpers.nets.rnn import Recurrent, Unfolded, backward, forward, init, weight_terms

INPUTS = 2
"""Inputs of every net here; they are drawn from N(0, 1) at each step."""


def autograd_product(params: Recurrent, signals: Unfolded, activation: str, lag: int) -> NDArray:
    """Return J_lag, as `matrix_product` does, from PyTorch, which knows nothing of paths.

    dtheta_v(T-lag) / dtheta_u(T) = dnet_u(T) / dnet_v(T-lag) stands at [v, u]; for one net that
    was unfolded with a batch of one.

    Raises
    ------
    ValueError
        If the activation is unknown, or the net was not unfolded over more than `lag` >= 1 steps.
    """
    f = lookup(ACTIVATIONS, activation, "activation").tensor_f
    if not 1 <= lag < len(signals.z):
        raise ValueError(f"lag must be in 1..{len(signals.z) - 1}, got {lag}")
    W, U, b = (torch.tensor(part) for part in params)
    inputs = torch.tensor(signals.x[-lag:, 0])

    def last_net_input(z):
        for x in inputs:
            z = W @ f(z) + U @ x + b
        return z

    start = torch.tensor(signals.z[-1 - lag, 0])
    return torch.autograd.functional.jacobian(last_net_input, start).numpy().T


def unfolded(
    rng: np.random.Generator, n: int, steps: int, activation: str, gain: float = 1.0
) -> tuple[Recurrent, Unfolded]:
    """Draw a net of n units and unfold it over random inputs, in a batch of one."""
    params = init(n, INPUTS, rng, gain)
    return params, forward(params, rng.standard_normal((steps, 1, INPUTS)), activation)


@dataclass(frozen=True)
class ThreeWays(Experiment):
    """One factor, computed as a sum over paths, as a matrix product, by autograd.

    Net i has the activation, number of units and lag at place i of the lists, which repeat; all
    n^2 pairs of units are compared.

    compute() returns
        path_sum, matrix_product, autograd (nets, max n, max n) : the factor at [v, u]; NaN where
            a net has fewer units.
        difference (nets,) : the largest difference of two of them, relative to the net's largest
            factor.
        n, lag, paths (nets,) : units, lag, and paths between two units, n^(lag - 1).
    """

    activations: tuple[str, ...] = ("logistic", "tanh")
    units: tuple[int, ...] = (2, 3, 4)
    lags: tuple[int, ...] = (1, 2, 3, 5, 8)
    nets: int = 30
    gain: float = 2.0

    def compute(self) -> dict[str, NDArray]:
        """Compute all factors of every net in three ways."""
        n = np.resize(self.units, self.nets)
        lag = np.resize(self.lags, self.nets)
        ways = np.full((3, self.nets, max(self.units), max(self.units)), np.nan)
        for i in progress(range(self.nets), "three ways"):
            activation = self.activations[i % len(self.activations)]
            ways[:, i, : n[i], : n[i]] = self._one(i, int(n[i]), int(lag[i]), activation)
        largest = np.nanmax(np.abs(ways), axis=(0, 2, 3))
        difference = np.nanmax(np.ptp(ways, axis=0), axis=(1, 2)) / largest
        names = ("path_sum", "matrix_product", "autograd")
        found = dict(zip(names, ways, strict=True))
        return found | {"difference": difference, "n": n, "lag": lag, "paths": n ** (lag - 1)}

    def _one(self, i: int, n: int, lag: int, activation: str) -> tuple[NDArray, NDArray, NDArray]:
        rng = np.random.default_rng(i)
        params, signals = unfolded(rng, n, max(self.lags) + 2, activation, self.gain)
        slopes = slopes_back(signals, activation, lag)[0]
        sums = [[path_sum(params.W, slopes, u, v) for u in range(n)] for v in range(n)]
        product = matrix_product(params.W, slopes)
        return np.array(sums), product, autograd_product(params, signals, activation, lag)


@dataclass(frozen=True)
class BoundLooseness(Experiment):
    """How far the bound n tau^q lies above the largest factor, in logistic nets.

    Of each size n there are `nets` nets: tau is drawn from U(low, 1), the weights from
    U(-w_max, w_max) with w_max = 4 tau / n < 4 / n. Hochreiter and Schmidhuber 1997, section 3.1,
    call it a weak, extreme case bound; if all slopes are 1/4 and all paths agree it is n^2 times
    too large.

    compute() returns
        factor, bound (sizes, nets, lags) : log10 of the largest |dtheta_v(t-q) / dtheta_u(t)| over
            all u and v, and of n tau^q.
        tau (sizes, nets).
    """

    sizes: tuple[int, ...] = (2, 5, 10, 20, 50)
    nets: int = 200
    lags: tuple[int, ...] = (1, 2, 5, 10, 20, 50, 100)
    low: float = 0.5

    def compute(self) -> dict[str, NDArray]:
        """Draw, unfold and measure all nets of one size at once."""
        shape = (len(self.sizes), self.nets)
        factor, above = np.empty((2, *shape, len(self.lags)))
        taus = np.empty(shape)
        at = np.array(self.lags) - 1
        for i, n in enumerate(progress(self.sizes, "bounds")):
            rng = np.random.default_rng([1, n])
            taus[i] = rng.uniform(self.low, 1, self.nets)
            w_max = 4 * taus[i] / n
            params = init(n, INPUTS, rng, nets=(self.nets,))
            W = w_max[:, None, None] * rng.uniform(-1, 1, (self.nets, n, n))
            x = rng.standard_normal((max(self.lags) + 2, self.nets, 1, INPUTS))
            signals = forward(params._replace(W=W), x, "logistic")
            slopes = slopes_back(signals, "logistic", max(self.lags))[:, 0]
            factor[i] = error_flow(W, slopes, "largest")[:, at]
            above[i] = np.log10(bound(n, w_max[:, None], self.lags))
        return {"factor": factor, "bound": above, "tau": taus}


@dataclass(frozen=True)
class RateRatio(Experiment):
    """Share of a long lag in one weight update, at several learning rates.

    A net sees an error at its last step only. The step of gradient descent on W is the sum of
    -rate * delta_t h_(t-1)^T; its term of lag q = T - t is compared with that of lag 1.

    compute() returns
        ratio (rates, nets, lags) : norm of the term of each lag over that of lag 1.
        change (rates, nets) : largest |ratio - ratio at the first rate| / ratio, over the lags.
    """

    rates: tuple[float, ...] = (0.01, 0.1, 1.0, 10.0)
    lags: tuple[int, ...] = (1, 2, 5, 10, 20)
    nets: int = 20
    n: int = 8
    activation: str = "logistic"

    def compute(self) -> dict[str, NDArray]:
        """Take one step at every rate from the same nets."""
        rng = np.random.default_rng(2)
        params = init(self.n, INPUTS, rng, nets=(self.nets,))
        x = rng.standard_normal((max(self.lags) + 2, self.nets, 1, INPUTS))
        signals = forward(params, x, self.activation)
        error = rng.standard_normal(signals.z.shape[1:])
        terms = weight_terms(signals, backward(params, signals, error, self.activation))
        steps = np.array([-rate * terms for rate in self.rates])
        norms = np.linalg.norm(steps, axis=(-2, -1))  # (rates, steps, nets)
        lagged = norms[:, -1 - np.array(self.lags)]
        ratio = np.moveaxis(lagged / norms[:, [-2]], 1, -1)
        change = (np.abs(ratio - ratio[0]) / ratio[0]).max(axis=-1)
        return {"ratio": ratio, "change": change}
