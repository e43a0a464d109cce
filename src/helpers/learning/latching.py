"""Can gradient descent learn to store one bit, and for how long? Introduced in chapter 2.

The latching problem of Bengio, Simard and Frasconi 1994: two classes of sequences; the first inputs
tell the class, noise follows, the answer is due at the end, so that a net must keep one bit. From a
description of it (Schmidhuber, Hochreiter and Bengio 2001; the paper's own section was not at
hand): tanh units, a target of +0.8 or -0.8 at the end alone, Gaussian noise. Ours: three class
inputs of +1 or -1 (theirs were learned) below noise as well; `n` units and an output unit; the
noise's standard deviation; batches; the criterion, `checks` sequences on the right side of zero,
met once; budget and rates; lags, dense where trials with other lists showed the turn to failing.

The *lag* is the number of steps from the last class input to the answer. Two ways of training,
each at its own best learning rate:

    historical   small uniform weights, plain gradient descent by full back-propagation through time
    modern       orthogonal recurrent weights, Adam, gradients clipped to norm 1
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from helpers.learning.experiments import Experiment
from helpers.learning.training import in_parallel
from helpers.nets.mlp import lookup

CLASS_STEPS, TARGET = 3, 0.8
DRAWS = {"historical": 0, "modern": 1}
TUNING, REPORTED = 1, 3  # roles of nets, first in their seeds


def draw_net(training: str, n: int, rng: np.random.Generator) -> list[NDArray]:
    """Weights W (n, n) and U (1, n), to multiply from the right; b; output weights and bias.

    Historical: weights U[-0.2, 0.2]. Modern: W orthogonal, the others N(0, 1 / fan-in).
    """
    lookup(DRAWS, training, "training")
    shapes = (n, n), (1, n), (n, 1)
    if training == "historical":
        W, U, V = (rng.uniform(-0.2, 0.2, shape) for shape in shapes)
    else:
        W, U, V = (rng.standard_normal(shape) * shape[0] ** -0.5 for shape in shapes)
        q, r = np.linalg.qr(W)
        W = q * np.sign(np.diag(r))
    return [W, U, np.zeros((1, n)), V, np.zeros((1, 1))]


def sequences(rng: np.random.Generator, count: int, steps: int, noise: float) -> NDArray:
    """Draw inputs (count, steps) and, as a last column, the class +1 or -1."""
    label = np.resize([1.0, -1.0], (count, 1))
    x = noise * rng.standard_normal((count, steps))
    x[:, :CLASS_STEPS] += label
    return np.hstack([x, label])


def unfold(net: list[Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """States h_1 .. h_T (T, nets, batch, n) of tanh nets and their outputs (nets, batch).

    x (nets, batch, T) holds the inputs; only the last state reaches the output unit.
    """
    W, U, b, V, c = net
    h = x.permute(2, 0, 1)[..., None] * U + b
    h[0].tanh_()
    for t in range(1, len(h)):
        h[t].baddbmm_(h[t - 1], W).tanh_()
    return h, torch.tanh(torch.baddbmm(c, h[-1], V))[..., 0]


def gradients_of(net: list[Tensor], x: Tensor, target: Tensor) -> list[Tensor]:
    """Gradients of half the mean squared error by back-propagation through time, by hand."""
    W, _, _, V, _ = net
    h, y = unfold(net, x)
    out = ((y - target) * (1 - y**2) / x.shape[1])[..., None]
    delta = 1 - h**2
    delta[-1] *= out @ V.mT
    for t in range(len(h) - 2, -1, -1):
        delta[t] *= torch.bmm(delta[t + 1], W.mT)
    dW = torch.einsum("tsbi,tsbj->sij", h[:-1], delta[1:])
    dU = torch.einsum("sbt,tsbj->sj", x, delta)[:, None]
    db = delta.sum(dim=(0, 2))[:, None]
    return [dW, dU, db, h[-1].mT @ out, out.sum(dim=1, keepdim=True)]


def descend(net: list[Tensor], gradients: list[Tensor], rate: Tensor, _: dict) -> None:
    """One step of plain gradient descent, each net at its own rate (nets, 1, 1)."""
    for parameter, gradient in zip(net, gradients, strict=True):
        parameter -= rate * gradient


def adam(net: list[Tensor], gradients: list[Tensor], rate: Tensor, memory: dict) -> None:
    """One step of Adam (0.9, 0.999), after clipping the norm of each net's gradient to 1."""
    norm = sum((g**2).sum(dim=(1, 2), keepdim=True) for g in gradients) ** 0.5
    gradients = [g / norm.clamp(min=1.0) for g in gradients]
    t = memory["t"] = memory.get("t", 0) + 1
    for i, (parameter, g) in enumerate(zip(net, gradients, strict=True)):
        m, v = memory.get(i, (torch.zeros_like(g), torch.zeros_like(g)))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        memory[i] = m, v
        parameter -= rate * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8)


STEPS: dict[str, Callable] = {"historical": descend, "modern": adam}


@dataclass(frozen=True)
class Latching(Experiment):
    """Sequences that a net needs to learn to keep a bit over each lag, at the best learning rate.

    For each training and lag the rate is the one with which most of `tuning` other nets learn,
    then the one that needs the fewest sequences. A net's random numbers depend on its number and
    the lag alone.

    compute() returns, for the nets first .. first + seeds - 1
        needed (seeds, trainings, lags) : sequences seen until the criterion was first met, checked
            every `every` batches; 0 if the budget ended before.
        rate (seeds, trainings, lags) : the learning rate, the same for all these nets.
    """

    trainings: tuple[str, ...] = ("historical", "modern")
    rates: tuple[tuple[float, ...], ...] = ((0.3, 1.0, 3.0, 10.0), (0.001, 0.003, 0.01, 0.03))
    lags: tuple[int, ...] = (1, 2, 4, 5, 6, 7, 8, 10, 20, 30)
    first: int = 0
    seeds: int = 20
    tuning: int = 8
    n: int = 8
    noise: float = 0.2
    batch: int = 10
    budget: int = 5_000
    every: int = 20
    checks: int = 100

    def __post_init__(self) -> None:
        """Refuse settings that describe no such problem."""
        for training in self.trainings:
            lookup(DRAWS, training, "training")
        counts = (self.seeds, self.tuning, self.n, self.batch, self.every, self.checks, *self.lags)
        if min(counts) < 1 or self.first < 0:
            raise ValueError(f"first >= 0 and lags and all other counts >= 1 needed; got {self}")
        if len(self.rates) != len(self.trainings) or not all(min(r) > 0 for r in self.rates):
            raise ValueError(f"positive rates for each training are needed, got {self.rates}")
        if self.budget < self.batch * self.every:
            raise ValueError(f"budget >= batch * every is needed, got {self.budget}")

    def compute(self) -> dict[str, NDArray]:
        """Tune, then train, one training and lag at a time; two such jobs run at once."""
        jobs = list(product(range(len(self.trainings)), sorted(self.lags, reverse=True)))
        needed = np.zeros((self.seeds, len(self.trainings), len(self.lags)), dtype=int)
        rate = np.zeros(needed.shape)
        done = in_parallel(lambda job: self._one(*job), jobs, "latching")
        for (i, lag), (found, best) in zip(jobs, done, strict=True):
            at = slice(None), i, self.lags.index(lag)
            needed[at], rate[at] = found, best
        return {"needed": needed, "rate": rate}

    def _one(self, i: int, lag: int) -> tuple[NDArray, float]:
        training, rates = self.trainings[i], self.rates[i]
        best = rates[0]
        if len(rates) > 1:
            seeds = [(TUNING, seed) for seed in range(self.tuning)]
            best = rates[best_place(self._train(training, rates, lag, seeds))]
        seeds = [(REPORTED, self.first + seed) for seed in range(self.seeds)]
        return self._train(training, (best,), lag, seeds)[:, 0], best

    def _train(self, training: str, rates: Sequence[float], lag: int, seeds: list) -> NDArray:
        """Return the sequences needed (seeds, rates); all these nets are trained at once."""
        steps = CLASS_STEPS + lag
        draw = [np.random.default_rng([*seed, lag, DRAWS[training]]) for seed in seeds]
        parts = zip(*(draw_net(training, self.n, rng) for rng in draw), strict=True)
        net = [torch.tensor(np.repeat(np.array(part), len(rates), axis=0)) for part in parts]
        rate = torch.tensor(np.tile(rates, len(seeds)))[:, None, None]
        held_out = self._data(draw, self.checks, steps, len(rates))
        needed, memory = torch.zeros(len(rate), dtype=torch.int64), {}
        for update in range(1, self.budget // self.batch + 1):
            if (update - 1) % self.every == 0:
                block = self._data(draw, self.batch * self.every, steps, len(rates))
            at = (update - 1) % self.every * self.batch
            seen = block[:, at : at + self.batch]
            gradients = gradients_of(net, seen[..., :-1], TARGET * seen[..., -1])
            STEPS[training](net, gradients, rate, memory)
            if update % self.every == 0:
                right = (unfold(net, held_out[..., :-1])[1] * held_out[..., -1] > 0).all(dim=1)
                needed[(needed == 0) & right] = update * self.batch
                if needed.all():
                    break
        return needed.numpy().reshape(len(seeds), len(rates))

    def _data(self, draw: list[np.random.Generator], count: int, steps: int, copies: int) -> Tensor:
        """Sequences and labels (nets, count, steps + 1), the same at every rate of a seed."""
        data = torch.tensor(np.array([sequences(rng, count, steps, self.noise) for rng in draw]))
        return data.repeat_interleave(copies, dim=0)


def best_place(needed: NDArray) -> int:
    """Place of the best rate, given the sequences `needed` (nets, rates), 0 if not learned."""
    cost = np.where(needed > 0, needed, needed.size * max(1, needed.max()))
    return int(cost.sum(axis=0).argmin())
