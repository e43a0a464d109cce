"""Random weight guessing on the latch problem. Introduced in chapter 2.

From Schmidhuber, Hochreiter and Bengio 2001 ("Evaluating benchmark problems by random guessing"),
sections on random guessing and on the latch problem: all weights are drawn again from U[-100, 100]
until the net classifies every training sequence correctly, then it is tested on as many others.
One tanh unit, starting at 0, reads sequences of 500 to 600 steps, 100 of them, half of each class;
Gaussian noise of variance 0.2 is added to every element but the first. Three free parameters:

    latch I    recurrent weight, first input of class 1, first input of class 2; input weight 1,
               no bias, targets +0.8 and -0.8: 6 trials on average (mean of 40 simulations);
    latch II   weights from itself, from the input, from a bias; the first input is +1 or -1,
               targets +1 and -1: 22 trials on average.

Not in the source, and ours: that later elements are noise alone; that a sequence counts as correct
if the last state has the sign of its target. The paper's general rule is an absolute error below
0.1 at the end, which is the other `criterion` here; against the targets of latch I it refuses
every saturated unit, since 1.0 is not within 0.1 of 0.8.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.learning.experiments import Experiment, progress
from helpers.nets.mlp import lookup

BATCH = 50
"""Runs whose sequences are in memory at the same time (about 25 MB)."""

CRITERIA: dict[str, Callable[[NDArray, NDArray], NDArray]] = {
    "sign": lambda state, target: state * target > 0,
    "error": lambda state, target: np.abs(state - target) < 0.1,
}


class Latch(NamedTuple):
    """A variant: its net in terms of the three guessed numbers g (..., 3), and its targets.

    `unit(g)` gives recurrent weight, input weight and bias; `first(g, label)` the first input of
    the class with label +1 or -1.
    """

    unit: Callable[[NDArray], tuple]
    first: Callable[[NDArray, NDArray], NDArray]
    target: float


LATCHES = {
    "latch I": Latch(
        lambda g: (g[..., 0], 1.0, 0.0),
        lambda g, label: np.where(label > 0, g[..., 1], g[..., 2]),
        0.8,
    ),
    "latch II": Latch(lambda g: (g[..., 0], g[..., 1], g[..., 2]), lambda g, label: label, 1.0),
}


@dataclass(frozen=True)
class Guessing(Experiment):
    """Trials until a random net solves the latch problem, in `seeds` runs from number `first`.

    Every run has its own training set, test set and guesses; none depends on the other runs.

    compute() returns
        trials (seeds,) : nets drawn, the successful one included; 0 if none of `most_trials` was.
        test_errors (seeds,) : share of the test sequences that the successful net gets wrong.
        weights (seeds, 3) : what was guessed, NaN if nothing was found.
    """

    task: str = "latch I"
    first: int = 0
    seeds: int = 200
    sequences: int = 100
    shortest: int = 500
    longest: int = 600
    noise_variance: float = 0.2
    weight_range: float = 100.0
    criterion: str = "sign"
    most_trials: int = 20_000
    block: int = 32

    def __post_init__(self) -> None:
        """Refuse settings that describe no such problem."""
        lookup(LATCHES, self.task, "task")
        lookup(CRITERIA, self.criterion, "criterion")
        counts = (self.seeds, self.sequences // 2, self.shortest, self.block, self.most_trials)
        if min(counts) < 1 or self.sequences % 2 or self.longest < self.shortest or self.first < 0:
            raise ValueError(
                "needed are first >= 0, an even number of sequences, 1 <= shortest <= longest, "
                f"and seeds, block, most_trials >= 1; got {self}"
            )
        if not (0 <= self.noise_variance < np.inf and 0 < self.weight_range < np.inf):
            raise ValueError(f"noise_variance >= 0 and weight_range > 0 are needed, got {self}")

    def compute(self) -> dict[str, NDArray]:
        """Guess for all runs, a batch of them at a time."""
        parts = range(0, self.seeds, BATCH)
        done = [self._batch(start) for start in progress(parts, f"guessing {self.task}")]
        names = ("trials", "test_errors", "weights")
        return {n: np.concatenate(p) for n, p in zip(names, zip(*done, strict=True), strict=True)}

    def _batch(self, start: int) -> tuple[NDArray, NDArray, NDArray]:
        """Guess in blocks until every run of the batch is solved; then test."""
        runs = range(self.first + start, self.first + min(start + BATCH, self.seeds))
        noise, length = self._data(runs, role=0)
        draw = [np.random.default_rng([1, run]) for run in runs]
        trials, found = np.zeros(len(runs), dtype=int), np.full((len(runs), 3), np.nan)
        for before in range(0, self.most_trials, self.block):
            open_ = np.flatnonzero(trials == 0)
            if not len(open_):
                break
            shape = (self.block, 3)
            g = np.array([draw[r].uniform(-1, 1, shape) for r in open_]) * self.weight_range
            hit = self._first_hit(g, noise[:, open_], length[open_])
            good = (hit >= 0) & (before + hit < self.most_trials)
            trials[open_[good]] = before + hit[good] + 1
            found[open_[good]] = g[good, hit[good]]
        noise, length = self._data(runs, role=2)
        with np.errstate(invalid="ignore"):
            wrong = 1 - self._correct(found[:, None], noise, length)[:, 0].mean(axis=-1)
        return trials, np.where(trials > 0, wrong, np.nan), found

    def _data(self, runs: range, role: int) -> tuple[NDArray, NDArray]:
        """Noise (steps, runs, sequences), 0 at the first step, and lengths (runs, sequences)."""
        noise = np.empty((self.longest, len(runs), self.sequences), dtype=np.float32)
        length = np.empty((len(runs), self.sequences), dtype=int)
        for i, run in enumerate(runs):
            rng = np.random.default_rng([role, run])
            noise[:, i] = rng.standard_normal(noise[:, i].shape, dtype=np.float32)
            length[i] = rng.integers(self.shortest, self.longest + 1, self.sequences)
        noise *= np.float32(self.noise_variance**0.5)
        noise[0] = 0
        return noise, length

    def _first_hit(self, g: NDArray, noise: NDArray, length: NDArray) -> NDArray:
        """Place of the first net of each run that is right on all its sequences, or -1.

        All nets (runs, block, 3) read one sequence of each class first; few survive that.
        """
        alive = self._correct(g, noise[..., :2], length[:, :2]).all(axis=-1)
        hit = np.full(len(g), -1)
        while len(rows := np.flatnonzero(alive.any(axis=1) & (hit < 0))):
            candidate = alive[rows].argmax(axis=1)
            nets = g[rows, candidate][:, None]
            right = self._correct(nets, noise[:, rows], length[rows])[:, 0].all(axis=-1)
            hit[rows[right]] = candidate[right]
            alive[rows, candidate] = False
        return hit

    def _correct(self, g: NDArray, noise: NDArray, length: NDArray) -> NDArray:
        """Whether nets g (runs, nets, 3) are right: (runs, nets, sequences)."""
        latch = LATCHES[self.task]
        label = np.resize(np.float32([1, -1]), noise.shape[-1])
        g = g[:, :, None].astype(np.float32)
        w, u, b = latch.unit(g)
        state = np.tanh(u * latch.first(g, label) + b)
        last = np.where(length[:, None] == 1, state, 0)
        for t in range(1, len(noise)):
            state = np.tanh(w * state + u * noise[t][:, None] + b)
            if t + 1 >= self.shortest:
                last = np.where(length[:, None] == t + 1, state, last)
        return CRITERIA[self.criterion](last, latch.target * label)
