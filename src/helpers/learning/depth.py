"""Does a deeper net learn the digits, and which of its layers move? Introduced in chapter 1."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray

from helpers.data.images import Examples, digits
from helpers.learning.experiments import Experiment, progress
from helpers.learning.training import History, train
from helpers.nets.mlp import Layer, init, stack

CLASSES = 10
TUNING, REPORTED = 1, 2


def nets(depth: int, width: int, schemes: tuple[str, ...], role: int, seeds: int) -> list[Layer]:
    """Untrained nets, scheme by scheme and seed by seed along the leading dimension.

    The role keeps the random numbers of the nets that choose a rate apart from those of the nets
    that are reported.
    """
    sizes = (digits().train.x.shape[1], *[width] * depth, CLASSES)
    return stack(
        [
            init(sizes, np.random.default_rng([role, depth, seed]), scheme)
            for scheme, seed in product(schemes, range(seeds))
        ]
    )


@dataclass(frozen=True)
class AccuracyByDepth(Experiment):
    """Test accuracy against the number of hidden layers, each case at its own learning rate.

    For every activation, initialization and depth the rate is the one of `rates` with the best
    mean validation accuracy over `tuning_seeds` nets. Other nets, `seeds` of them, are then
    trained at that rate and scored once on the test set.

    compute() returns, with A activations, 2 initializations (the historical one, then the one
    made for the activation), D depths, S seeds, R rates, T tuning seeds:
        accuracy (A, 2, D, S) : on the test set, after the last epoch.
        change (A, 2, D, S, max(depths) + 1) : ||dW_l|| / ||W_l|| over the first epoch; NaN
            where a net has no such layer.
        rate (A, 2, D) : the rate chosen.
        tuning (A, 2, D, R, T) : accuracy on the validation set, after the last epoch.
        diverged (A, 2, D, S) : whether a weight was not finite at the end.
    """

    cases: tuple[tuple[str, tuple[str, str]], ...] = (
        ("logistic", ("standard", "normalized")),
        ("tanh", ("standard", "normalized")),
        ("relu", ("standard", "he")),
    )
    depths: tuple[int, ...] = (1, 2, 3, 4, 6, 8, 12)
    rates: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
    width: int = 32
    epochs: int = 15
    batch: int = 20
    seeds: int = 5
    tuning_seeds: int = 2

    def compute(self) -> dict[str, NDArray]:
        """Tune, then train and test, for all depths of all activations."""
        shape = (len(self.cases), 2, len(self.depths))
        found = {
            "accuracy": np.empty((*shape, self.seeds)),
            "change": np.full((*shape, self.seeds, max(self.depths) + 1), np.nan),
            "rate": np.empty(shape),
            "tuning": np.empty((*shape, len(self.rates), self.tuning_seeds)),
            "diverged": np.empty((*shape, self.seeds), dtype=bool),
        }
        todo = list(product(enumerate(self.cases), enumerate(self.depths)))
        for (i, case), (j, depth) in progress(todo, "accuracy by depth"):
            tuning = self._tune(*case, depth)
            best = np.array(self.rates)[tuning.mean(axis=-1).argmax(axis=-1)]
            history = self._report(*case, depth, best)
            found["tuning"][i, :, j], found["rate"][i, :, j] = tuning, best
            found["accuracy"][i, :, j] = history.accuracy[:, -1].reshape(2, -1)
            found["diverged"][i, :, j] = history.diverged.reshape(2, -1)
            first = history.change[:, 0].reshape(2, self.seeds, -1)
            found["change"][i, :, j, :, : depth + 1] = first
        return found

    def _tune(self, activation: str, schemes: tuple[str, str], depth: int) -> NDArray:
        """Return the validation accuracy (2, rates, tuning seeds)."""
        one = nets(depth, self.width, schemes, TUNING, self.tuning_seeds)
        params = [Layer(np.tile(W, (len(self.rates), 1, 1)), np.tile(b, (len(self.rates), 1)))
                  for W, b in one]  # fmt: skip
        rates = np.repeat(self.rates, 2 * self.tuning_seeds)
        history = self._train(params, activation, rates, digits().validation, (TUNING, depth))
        last = history.accuracy[:, -1].reshape(len(self.rates), 2, self.tuning_seeds)
        return last.swapaxes(0, 1)

    def _report(self, activation: str, schemes: tuple, depth: int, rates: NDArray) -> History:
        params = nets(depth, self.width, schemes, REPORTED, self.seeds)
        each = np.repeat(rates, self.seeds)
        return self._train(params, activation, each, digits().test, (REPORTED, depth))

    def _train(self, params, activation, rates, held_out: Examples, stream) -> History:
        order = torch.Generator().manual_seed(10_000 * stream[0] + stream[1])
        data = digits().train
        return train(params, activation, data, held_out, rates, order, self.epochs, self.batch)


@dataclass(frozen=True)
class TimeLapse(Experiment):
    """Relative weight change of every layer, epoch by epoch, while nets learn the digits.

    Computed in float64: the first layer of a deep logistic net moves by less than float32 can
    hold. A case is (activation, initialization, learning rate).

    compute() returns
        change (cases, depths, seeds, epochs, max(depths) + 1) : ||dW_l|| / ||W_l|| over one
            epoch; NaN where a net has no such layer.
        accuracy (cases, depths, seeds, epochs) : on the validation set.
    """

    cases: tuple[tuple[str, str, float], ...] = (
        ("logistic", "standard", 3.0),
        ("logistic", "normalized", 3.0),
        ("tanh", "normalized", 0.1),
        ("relu", "he", 0.1),
    )
    depths: tuple[int, ...] = (2, 4, 6, 10)
    width: int = 32
    epochs: int = 40
    batch: int = 20
    seeds: int = 3

    def compute(self) -> dict[str, NDArray]:
        """Train the nets of every case and depth."""
        shape = (len(self.cases), len(self.depths), self.seeds, self.epochs)
        change, accuracy = np.full((*shape, max(self.depths) + 1), np.nan), np.empty(shape)
        for i, j, depth, history in self._histories():
            change[i, j, ..., : depth + 1] = history.change
            accuracy[i, j] = history.accuracy
        return {"change": change, "accuracy": accuracy}

    def _histories(self) -> Iterator[tuple[int, int, int, History]]:
        todo = list(product(enumerate(self.cases), enumerate(self.depths)))
        for (i, (activation, scheme, rate)), (j, depth) in progress(todo, "time-lapse"):
            params = nets(depth, self.width, (scheme,), REPORTED, self.seeds)
            yield (
                i,
                j,
                depth,
                train(
                    params,
                    activation,
                    digits().train,
                    digits().validation,
                    np.full(self.seeds, rate),
                    torch.Generator().manual_seed(depth),
                    self.epochs,
                    self.batch,
                    torch.float64,
                ),
            )


def first_to_last(change: NDArray) -> NDArray:
    """Ratio of the first layer's relative change to the last layer's: (..., L) to (...,).

    NaN at the end of the last axis stands for layers that the net does not have.
    """
    last = (~np.isnan(change)).sum(axis=-1, keepdims=True) - 1
    return change[..., 0] / np.take_along_axis(change, np.maximum(last, 0), axis=-1)[..., 0]
