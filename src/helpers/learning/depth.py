"""Does a deeper net learn the digits, and which of its layers move? Introduced in chapter 1."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray

from helpers.data.images import digits
from helpers.learning.experiments import Experiment
from helpers.learning.training import History, in_parallel, train
from helpers.learning.untrained import draw_nets
from helpers.nets.mlp import Layer

TUNING, REPORTED = 1, 3
"""Roles of nets: those that choose a rate, those that are reported."""


def seeds_of(role: int, depth: int, count: int) -> list[tuple[int, ...]]:
    """Seeds of the nets of one depth; no other role or depth has the same random numbers."""
    return [(role, depth, seed) for seed in range(count)]


@dataclass(frozen=True)
class Case:
    """An activation, its two initializations (historical, made for it), learning rates."""

    activation: str
    schemes: tuple[str, str]
    rates: tuple[float, ...]


@dataclass(frozen=True)
class AccuracyByDepth(Experiment):
    """Test accuracy against the number of hidden layers, each case at its own learning rate.

    For every activation, initialization and depth the rate is the one, of the case's R, with the
    best mean validation accuracy over `tuning_seeds` nets. Other nets, `seeds` of them, are then
    trained at that rate and scored once on the test set. A trial of all cases on 0.03 ... 10 set
    the four rates of each: no depth that learned at all preferred another.

    compute() returns, with A activations, D depths, S seeds, T tuning seeds:
        accuracy (A, 2, D, S) : on the test set, after the last epoch.
        change (A, 2, D, S, max(depths) + 1) : ||dW_l|| / ||W_l|| over the first epoch, trained
            in float64; NaN where a net has no such layer.
        rate (A, 2, D) : the rate chosen.
        tuning (A, 2, D, R, T) : accuracy on the validation set, after the last epoch.
        diverged (A, 2, D, S) : whether a weight was not finite at the end.
    """

    cases: tuple[Case, ...] = (
        Case("logistic", ("standard", "normalized"), (0.3, 1.0, 3.0, 10.0)),
        Case("tanh", ("standard", "normalized"), (0.03, 0.1, 0.3, 1.0)),
        Case("relu", ("standard", "he"), (0.01, 0.03, 0.1, 0.3)),
    )
    depths: tuple[int, ...] = (1, 2, 3, 4, 6, 8, 12)
    width: int = 32
    epochs: int = 12
    batch: int = 20
    seeds: int = 5
    tuning_seeds: int = 2

    def compute(self) -> dict[str, NDArray]:
        """Tune, then train and test, at all depths of all activations."""
        shape = (len(self.cases), 2, len(self.depths))
        found = {
            "accuracy": np.empty((*shape, self.seeds)),
            "change": np.full((*shape, self.seeds, max(self.depths) + 1), np.nan),
            "rate": np.empty(shape),
            "tuning": np.empty((*shape, len(self.cases[0].rates), self.tuning_seeds)),
            "diverged": np.empty((*shape, self.seeds), dtype=bool),
        }
        jobs = list(product(self.cases, self.depths))
        done = in_parallel(lambda job: self._one(*job), jobs, "accuracy by depth")
        for (case, depth), (tuning, best, long, short) in zip(jobs, done, strict=True):
            at = self.cases.index(case), slice(None), self.depths.index(depth)
            found["tuning"][at], found["rate"][at] = tuning, best
            found["accuracy"][at] = long.accuracy[:, -1].reshape(2, -1)
            found["diverged"][at] = long.diverged.reshape(2, -1)
            found["change"][at][..., : depth + 1] = short.change.reshape(2, self.seeds, -1)
        return found

    def _one(self, case: Case, depth: int) -> tuple[NDArray, NDArray, History, History]:
        """Tune, then train and test, at one depth of one activation."""
        tuning = self._tune(case, depth)
        best = np.array(case.rates)[tuning.mean(axis=-1).argmax(axis=-1)]
        long = self._report(case, depth, best, self.epochs, torch.float32)
        return tuning, best, long, self._report(case, depth, best, 1, torch.float64)

    def _tune(self, case: Case, depth: int) -> NDArray:
        """Return the validation accuracy (2, rates, tuning seeds)."""
        seeds = seeds_of(TUNING, depth, self.tuning_seeds)
        one = draw_nets(depth, self.width, case.schemes, seeds)
        copies = len(case.rates)
        params = [Layer(np.tile(W, (copies, 1, 1)), np.tile(b, (copies, 1))) for W, b in one]
        rates = np.repeat(case.rates, 2 * self.tuning_seeds)
        history = train(
            params, case.activation, digits().train, digits().validation, rates,
            _order(TUNING, depth), self.epochs, self.batch,
        )  # fmt: skip
        return history.accuracy[:, -1].reshape(copies, 2, -1).swapaxes(0, 1)

    def _report(self, case: Case, depth: int, rates: NDArray, epochs: int, dtype) -> History:
        seeds = seeds_of(REPORTED, depth, self.seeds)
        params = draw_nets(depth, self.width, case.schemes, seeds)
        return train(
            params, case.activation, digits().train, digits().test, np.repeat(rates, self.seeds),
            _order(REPORTED, depth), epochs, self.batch, dtype,
        )  # fmt: skip


def _order(role: int, depth: int) -> torch.Generator:
    """Return the generator of the order in which nets of this role and depth see the digits."""
    return torch.Generator().manual_seed(10_000 * role + depth)


@dataclass(frozen=True)
class TimeLapse(Experiment):
    """Relative weight change of every layer, epoch by epoch, while nets learn the digits.

    Computed in float64: the first layer of a deep logistic net moves by less than float32 can
    hold. Each case has one rate: the one that `AccuracyByDepth` chose for the deepest nets of
    that activation that learn.

    compute() returns
        change (cases, 2, depths, seeds, epochs, max(depths) + 1) : ||dW_l|| / ||W_l|| over one
            epoch; NaN where a net has no such layer.
        accuracy (cases, 2, depths, seeds, epochs) : on the validation set.
    """

    cases: tuple[Case, ...] = (
        Case("logistic", ("standard", "normalized"), (3.0,)),
        Case("tanh", ("standard", "normalized"), (0.1,)),
        Case("relu", ("standard", "he"), (0.1,)),
    )
    depths: tuple[int, ...] = (3, 4, 10)
    width: int = 32
    epochs: int = 24
    batch: int = 20
    seeds: int = 5

    def compute(self) -> dict[str, NDArray]:
        """Train the nets of every case and depth."""
        shape = (len(self.cases), 2, len(self.depths), self.seeds, self.epochs)
        change, accuracy = np.full((*shape, max(self.depths) + 1), np.nan), np.empty(shape)
        jobs = list(product(self.cases, self.depths))
        done = in_parallel(lambda job: self._train(*job), jobs, "time-lapse")
        for (case, depth), history in zip(jobs, done, strict=True):
            at = self.cases.index(case), slice(None), self.depths.index(depth)
            found = history.change.reshape(2, self.seeds, self.epochs, -1)
            change[at][..., : depth + 1] = found
            accuracy[at] = history.accuracy.reshape(2, self.seeds, -1)
        return {"change": change, "accuracy": accuracy}

    def _train(self, case: Case, depth: int) -> History:
        seeds = seeds_of(REPORTED, depth, self.seeds)
        params = draw_nets(depth, self.width, case.schemes, seeds)
        rates = np.full(2 * self.seeds, case.rates[0])
        return train(
            params, case.activation, digits().train, digits().validation, rates,
            _order(REPORTED, depth), self.epochs, self.batch, torch.float64,
        )  # fmt: skip


def first_to_last(change: NDArray) -> NDArray:
    """Ratio of the first layer's relative change to the last layer's: (..., L) to (...,).

    NaN at the end of the last axis stands for layers that the net does not have.
    """
    last = (~np.isnan(change)).sum(axis=-1, keepdims=True) - 1
    return change[..., 0] / np.take_along_axis(change, np.maximum(last, 0), axis=-1)[..., 0]
