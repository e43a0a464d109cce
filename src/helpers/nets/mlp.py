"""The multilayer perceptron with every signal in the open. Introduced in chapter 1.

Layers are numbered 1..L, the last one being the output layer:

    z_l = W_l a_(l-1) + b_l,    a_l = f(z_l),    a_0 = x,    softmax cross-entropy at z_L.

The error signal is delta_l = dE/dz_l. It is passed back by

    delta_(l-1) = f'(z_(l-1)) * (W_l^T delta_l),    dE/dW_l = delta_l a_(l-1)^T.

Every array may have leading dimensions "...": many nets are then evaluated at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Activation:
    """A function of the net input z, its slope, and what is known about it.

    `tensor_f` is the same function in tensor methods, so that PyTorch can train it (and, in the
    tests, differentiate it independently of `df`). `source` is a key of the bibliography.
    """

    f: Callable[[Array], Array]
    df: Callable[[Array], Array]
    max_slope: float | None  # largest |f'|; None: it has no bound
    tensor_f: Callable[[Any], Any]
    source: str


def logistic(z: Array) -> Array:
    """Logistic function 1 / (1 + exp(-z)), written so that no z overflows."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def logistic_slope(z: Array) -> Array:
    """Slope f (1 - f) of the logistic function: at most 1/4, at z = 0."""
    f = logistic(z)
    return f * (1.0 - f)


ACTIVATIONS: dict[str, Activation] = {
    "logistic": Activation(logistic, logistic_slope, 0.25, lambda z: z.sigmoid(), "hochreiter1997"),
    "tanh": Activation(
        np.tanh, lambda z: 1.0 - np.tanh(z) ** 2, 1.0, lambda z: z.tanh(), "glorot2010"
    ),
    "relu": Activation(
        lambda z: np.maximum(z, 0.0), lambda z: 1.0 * (z > 0), 1.0, lambda z: z.relu(), "glorot2011"
    ),
    "softsign": Activation(
        lambda z: z / (1.0 + np.abs(z)),
        lambda z: 1.0 / (1.0 + np.abs(z)) ** 2,
        1.0,
        lambda z: z / (1.0 + z.abs()),
        "glorot2010",
    ),
    "linear": Activation(lambda z: z, np.ones_like, 1.0, lambda z: z, "saxe2014"),
}


@dataclass(frozen=True)
class Initialization:
    """How one weight matrix is drawn: `draw(rng, shape)` with shape (..., n_out, n_in)."""

    draw: Callable[[np.random.Generator, tuple[int, ...]], Array]
    source: str


INITIALIZATIONS: dict[str, Initialization] = {
    "standard": Initialization(
        lambda rng, s: s[-1] ** -0.5 * rng.uniform(-1, 1, s), "glorot2010, eq. 1"
    ),
    "normalized": Initialization(
        lambda rng, s: (6 / sum(s[-2:])) ** 0.5 * rng.uniform(-1, 1, s), "glorot2010, eq. 16"
    ),
    "he": Initialization(
        lambda rng, s: (2 / s[-1]) ** 0.5 * rng.standard_normal(s), "he2015delving, eq. 10"
    ),
    "gaussian": Initialization(
        lambda rng, s: s[-1] ** -0.5 * rng.standard_normal(s), "N(0, 1/n_in), to be scaled"
    ),
}


def lookup(table: dict[str, Any], name: str, what: str) -> Any:
    """Return `table[name]`; a ValueError lists what is allowed."""
    if name not in table:
        raise ValueError(f"unknown {what} {name!r}; allowed: {', '.join(table)}")
    return table[name]


class Layer(NamedTuple):
    """Weights W (..., n_out, n_in) and biases b (..., n_out)."""

    W: Array
    b: Array


class Signals(NamedTuple):
    """Net inputs z[l-1] = z_l for l = 1..L and activations a[l] = a_l for l = 0..L-1."""

    z: list[Array]
    a: list[Array]


class Gradients(NamedTuple):
    """Loss (...,), and for l = 1..L at index l-1: delta_l (..., batch, n_l), dE/dW_l, dE/db_l."""

    loss: Array
    delta: list[Array]
    weight: list[Array]
    bias: list[Array]


def init(
    sizes: Sequence[int],
    rng: np.random.Generator,
    scheme: str = "standard",
    gain: float | Array = 1.0,
    nets: tuple[int, ...] = (),
) -> list[Layer]:
    """Draw the weights of a net; biases start at zero.

    Parameters
    ----------
    sizes : units per layer, from the input to the output, e.g. (64, 32, 32, 10).
    scheme : a name in `INITIALIZATIONS`.
    gain : factor on every weight; a number or an array that broadcasts to `nets`.
    nets : leading dimensions, for many nets at once.

    Raises
    ------
    ValueError
        If `scheme` is unknown, `sizes` are not two or more positive ones, or `gain` not finite.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must be two or more positive integers, got {tuple(sizes)}")
    draw = lookup(INITIALIZATIONS, scheme, "initialization").draw
    if not np.all(np.isfinite(gain)):
        raise ValueError(f"gain must be finite, got {gain}")
    scale = np.asarray(gain, dtype=float)[..., None, None]
    return [
        Layer(scale * draw(rng, (*nets, n_out, n_in)), np.zeros((*nets, n_out)))
        for n_in, n_out in pairwise(sizes)
    ]


def stack(nets: Sequence[Sequence[Layer]]) -> list[Layer]:
    """Put nets of one shape into a single one, along a new leading dimension."""
    return [
        Layer(*(np.stack(part) for part in zip(*layers, strict=True)))
        for layers in zip(*nets, strict=True)
    ]


def forward(params: Sequence[Layer], x: Array, activation: str) -> Signals:
    """Pass the batch x (..., batch, n_in) forward; `z[-1]` holds the logits."""
    f = lookup(ACTIVATIONS, activation, "activation").f
    z, a = [], [x]
    for layer, (W, b) in enumerate(params, start=1):
        z.append(a[-1] @ np.swapaxes(W, -1, -2) + b[..., None, :])
        if layer < len(params):
            a.append(f(z[-1]))
    return Signals(z, a)


def log_softmax(z: Array) -> Array:
    """Logarithm of the softmax over the last axis, shifted so that it cannot overflow."""
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def backward(params: Sequence[Layer], signals: Signals, y: NDArray, activation: str) -> Gradients:
    """Pass the error back and return the signal of every layer.

    The error E is the cross-entropy, averaged over the batch; y (batch,) holds class numbers.
    At the output, delta_L = (softmax(z_L) - onehot(y)) / batch.
    """
    df = lookup(ACTIVATIONS, activation, "activation").df
    log_p = log_softmax(signals.z[-1])
    batch, classes = log_p.shape[-2:]
    whole = y.shape == (batch,) and y.dtype.kind in "iu"
    if not whole or min(y) < 0 or max(y) >= classes:
        raise ValueError(f"y must hold {batch} integers in 0..{classes - 1}, got {y.dtype}, {y}")
    onehot = np.eye(classes)[y]
    loss = -(log_p * onehot).sum(axis=-1).mean(axis=-1)
    delta = [(np.exp(log_p) - onehot) / batch]
    for (W, _), z in zip(params[:0:-1], signals.z[-2::-1], strict=True):
        delta.insert(0, df(z) * (delta[0] @ W))
    weight = [np.swapaxes(d, -1, -2) @ a for d, a in zip(delta, signals.a, strict=True)]
    return Gradients(loss, delta, weight, [d.sum(axis=-2) for d in delta])
