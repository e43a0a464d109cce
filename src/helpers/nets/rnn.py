"""A simple recurrent net, unfolded in time, with every signal in the open. Introduced in chapter 2.

Steps are numbered 1..T. From a state h_0 (zero unless given) the net computes

    z_t = W h_(t-1) + U x_t + b,    h_t = f(z_t),

where w_ij leads from unit j to unit i. The error signal is delta_t = dE/dz_t; back-propagation
through time passes it back by

    delta_t = f'(z_t) * (dE/dh_t + W^T delta_(t+1)),    dE/dW = sum over t of delta_t h_(t-1)^T,

where dE/dh_t is what step t contributes directly (Hochreiter and Schmidhuber 1997, section 3.1).

Time is the first axis of every signal. What follows it may have leading dimensions "...": many
nets are then unfolded at once.
"""

from typing import NamedTuple

import numpy as np

from helpers.nets.mlp import ACTIVATIONS, Array, lookup


class Recurrent(NamedTuple):
    """Weights W (..., n, n) between units and U (..., n, n_in) from inputs; biases b (..., n)."""

    W: Array
    U: Array
    b: Array


class Unfolded(NamedTuple):
    """What the net saw and did at each step.

    x (T, ..., batch, n_in) : inputs x_t at index t - 1; may broadcast to the nets.
    z (T, ..., batch, n) : net inputs z_t at index t - 1.
    h (T + 1, ..., batch, n) : states h_t at index t; h[0] is the initial state.
    """

    x: Array
    z: Array
    h: Array


class Gradients(NamedTuple):
    """Error signals delta_t (T, ..., batch, n) at index t - 1, and dE/dW, dE/dU, dE/db."""

    delta: Array
    W: Array
    U: Array
    b: Array


def init(
    n: int,
    n_in: int,
    rng: np.random.Generator,
    gain: float | Array = 1.0,
    nets: tuple[int, ...] = (),
) -> Recurrent:
    """Draw W from N(0, gain^2 / n) and U from N(0, 1 / n_in); biases are zero.

    Parameters
    ----------
    n, n_in : numbers of units and of inputs.
    gain : factor on W; a number or an array that broadcasts to `nets`.
    nets : leading dimensions, for many nets at once.

    Raises
    ------
    ValueError
        If n or n_in is below 1 or the gain is not finite.
    """
    if min(n, n_in) < 1:
        raise ValueError(f"n and n_in must be >= 1, got {n} and {n_in}")
    if not np.all(np.isfinite(gain)):
        raise ValueError(f"gain must be finite, got {gain}")
    scale = np.asarray(gain, dtype=float)[..., None, None] * n**-0.5
    W = scale * rng.standard_normal((*nets, n, n))
    return Recurrent(W, n_in**-0.5 * rng.standard_normal((*nets, n, n_in)), np.zeros((*nets, n)))


def forward(params: Recurrent, x: Array, activation: str, h0: Array | None = None) -> Unfolded:
    """Unfold the net over the inputs x (T, ..., batch, n_in).

    Parameters
    ----------
    activation : a name in `helpers.nets.mlp.ACTIVATIONS`.
    h0 : initial state, broadcast to (..., batch, n); zero if not given.

    Raises
    ------
    ValueError
        If the activation is unknown, there is no step, or the inputs do not fit the net.
    """
    f = lookup(ACTIVATIONS, activation, "activation").f
    n_in = params.U.shape[-1]
    if x.ndim < 3 or len(x) < 1 or x.shape[-1] != n_in:
        raise ValueError(f"x must be (steps >= 1, ..., batch, {n_in}), got shape {x.shape}")
    driven = x @ np.swapaxes(params.U, -1, -2) + params.b[..., None, :]
    recurrent = np.swapaxes(params.W, -1, -2)
    nets = np.broadcast_shapes(driven.shape[1:-2], params.W.shape[:-2])
    h = np.zeros((len(x) + 1, *nets, *driven.shape[-2:]))
    if h0 is not None:
        h[0] = h0
    z = np.empty_like(h[1:])
    for t in range(len(x)):
        z[t] = h[t] @ recurrent + driven[t]
        h[t + 1] = f(z[t])
    return Unfolded(x, z, h)


def backward(params: Recurrent, signals: Unfolded, error: Array, activation: str) -> Gradients:
    """Back-propagate through time and return the error signal of every step.

    Parameters
    ----------
    signals : what `forward` returned for these parameters.
    error : dE/dh_t for every step, of the shape of `signals.z`; or for the last step alone,
        without the time axis.

    Raises
    ------
    ValueError
        If the activation is unknown or `error` has another shape.
    """
    df = lookup(ACTIVATIONS, activation, "activation").df
    direct = np.zeros_like(signals.z)
    if error.shape == signals.z.shape:
        direct[:] = error
    elif error.shape == signals.z.shape[1:]:
        direct[-1] = error
    else:
        every, last = signals.z.shape, signals.z.shape[1:]
        raise ValueError(f"error must have shape {every} or {last}, got {error.shape}")
    delta = df(signals.z) * direct
    slopes = df(signals.z[:-1])
    for t in range(len(slopes) - 1, -1, -1):
        delta[t] += slopes[t] * (delta[t + 1] @ params.W)
    W = _outer(delta, signals.h[:-1]).sum(axis=0)
    return Gradients(delta, W, _outer(delta, signals.x).sum(axis=0), delta.sum(axis=(0, -2)))


def weight_terms(signals: Unfolded, gradients: Gradients) -> Array:
    """Return what each step contributes to dE/dW: (T, ..., n, n), their sum is dE/dW.

    Step t contributes delta_t h_(t-1)^T. With an error at the last step T alone, that is the part
    that travelled back over the lag q = T - t.
    """
    return _outer(gradients.delta, signals.h[:-1])


def _outer(delta: Array, source: Array) -> Array:
    """Sum over the batch of delta source^T, step by step."""
    return np.swapaxes(delta, -1, -2) @ source
