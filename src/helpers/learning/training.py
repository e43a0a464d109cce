"""Mini-batch gradient descent on many nets at once, in PyTorch. Introduced in chapter 1.

The leading dimension of every tensor counts the nets (seeds times learning rates), so one
batched matrix product per layer serves all of them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from helpers.data.images import Examples
from helpers.learning.experiments import progress
from helpers.nets.mlp import ACTIVATIONS, Layer, lookup


@dataclass(frozen=True, eq=False)
class History:
    """What training showed, epoch by epoch.

    accuracy (nets, epochs) : share of the held-out examples classified correctly; a net whose
        logits are no longer finite counts as guessing, at 1 / classes.
    change (nets, epochs, L) : ||W_l after - W_l before|| / ||W_l before||, over one epoch.
    diverged (nets,) : whether a weight is no longer finite at the end.
    """

    accuracy: NDArray
    change: NDArray
    diverged: NDArray


def train(
    params: Sequence[Layer],
    activation: str,
    data: Examples,
    held_out: Examples,
    rates: NDArray,
    generator: torch.Generator,
    epochs: int = 10,
    batch: int = 20,
    dtype: torch.dtype = torch.float32,
) -> History:
    """Train every net of `params` (leading dimension: nets) with its own rate; see `History`.

    Each net sees the examples in its own order. Its loss is multiplied by its rate, so that one
    step of plain gradient descent with rate 1 is the right step for all nets. Choose float64 to
    see changes below 1e-7 of a weight, which float32 rounds to nothing.

    Raises
    ------
    ValueError
        If an activation is unknown, a rate is not positive, there is not one rate for each net,
        or epochs or batch do not fit the data.
    """
    rates = np.asarray(rates, dtype=float)
    if rates.shape != params[0].b.shape[:1] or not np.all(rates > 0):
        raise ValueError(f"one positive rate per net: {params[0].b.shape[0]} nets, rates {rates}")
    if epochs < 1 or not 1 <= batch <= len(data.y):
        raise ValueError(f"epochs >= 1 and 1 <= batch <= {len(data.y)}, got {epochs}, {batch}")
    f = lookup(ACTIVATIONS, activation, "activation").tensor_f
    with one_thread():
        return _descend(params, f, data, held_out, rates, generator, epochs, batch, dtype)


def _descend(params, f, data, held_out, rates, generator, epochs, batch, dtype) -> History:
    weights, biases = _tensors(params, dtype)
    x, y = torch.tensor(data.x, dtype=dtype), torch.tensor(data.y)
    rate = torch.tensor(rates, dtype=dtype)[:, None]
    accuracy, change = [], []
    for _ in range(epochs):
        before = [W.detach().clone() for W in weights]
        order = torch.rand(len(rates), len(y), generator=generator).argsort(dim=1)
        for chosen in order.split(batch, dim=1):
            logits = forward(weights, biases, x[chosen], f)
            step(weights + biases, logits, y[chosen], rate)
        with torch.no_grad():
            accuracy.append(score(weights, biases, held_out, f))
            change.append(relative_change(before, weights))
    finite = torch.stack([torch.isfinite(W).flatten(1).all(1) for W in weights]).all(0)
    return History(np.stack(accuracy, 1), np.stack(change, 1), ~finite.numpy())


@contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch use one thread.

    Matrices this small gain nothing from two, and where other processes want the second core,
    waiting for it made training ten times slower.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def in_parallel(function: Callable, jobs: Sequence, description: str) -> Iterator:
    """Yield `function(job)` for every job, in order; two of them run at a time, on two cores."""
    with one_thread():
        pool = ThreadPoolExecutor(min(2, os.cpu_count() or 1))
        try:
            yield from progress(pool.map(function, jobs), description, len(jobs))
        finally:
            pool.shutdown(cancel_futures=True)


def _tensors(params: Sequence[Layer], dtype: torch.dtype) -> tuple[list[Tensor], list[Tensor]]:
    """Leaves: W transposed to (nets, n_in, n_out), b as (nets, 1, n_out)."""

    def leaf(array: NDArray) -> Tensor:
        return torch.tensor(np.ascontiguousarray(array), dtype=dtype, requires_grad=True)

    return (
        [leaf(np.swapaxes(layer.W, -1, -2)) for layer in params],
        [leaf(layer.b[:, None, :]) for layer in params],
    )


def forward(weights: Sequence[Tensor], biases: Sequence[Tensor], x: Tensor, f) -> Tensor:
    """Logits (nets, batch, classes) for x (nets, batch, n_in)."""
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        x = f(torch.baddbmm(b, x, W))
    return torch.baddbmm(biases[-1], x, weights[-1])


def step(leaves: Sequence[Tensor], logits: Tensor, y: Tensor, rate: Tensor) -> None:
    """One step of gradient descent on the mean cross-entropy of each net, times its rate."""
    log_p = logits.log_softmax(dim=-1).gather(-1, y[..., None])[..., 0]
    gradients = torch.autograd.grad(-(rate * log_p).sum() / y.shape[1], leaves)
    with torch.no_grad():
        torch._foreach_sub_(leaves, gradients)


def score(weights: Sequence[Tensor], biases: Sequence[Tensor], data: Examples, f) -> NDArray:
    """Share of correct answers (nets,); 1 / classes where the logits are not finite."""
    x = torch.tensor(data.x, dtype=weights[0].dtype).expand(len(weights[0]), *data.x.shape)
    logits = forward(weights, biases, x, f)
    right = (logits.argmax(dim=-1) == torch.tensor(data.y)).float().mean(dim=1)
    lost = ~torch.isfinite(logits).flatten(1).all(1)
    return torch.where(lost, 1.0 / logits.shape[-1], right).numpy()


def relative_change(before: Sequence[Tensor], after: Sequence[Tensor]) -> NDArray:
    """||after - before|| / ||before|| of each weight matrix: (nets, L)."""
    ratios = [
        (b - a).flatten(1).norm(dim=1) / b.flatten(1).norm(dim=1)
        for b, a in zip(before, after, strict=True)
    ]
    return torch.stack(ratios, dim=1).numpy()
