"""How large the error signal is at every layer, and how it changes. Introduced in chapter 1."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from helpers.nets.mlp import ACTIVATIONS, Layer, backward, forward, lookup


class LayerNorms(NamedTuple):
    """Norms (..., L) for the layers 1..L: error signal dE/dz_l and weight gradient dE/dW_l."""

    delta: NDArray
    weight: NDArray


class Fit(NamedTuple):
    """Straight line through log10 of the norms: log10 norm = slope * layer + intercept.

    `slope` (...,) is in decades per layer, positive where the gradient vanishes towards the
    input; `r2` (...,) is the coefficient of determination.
    """

    slope: NDArray
    intercept: NDArray
    r2: NDArray


def gradient_norms(params: Sequence[Layer], x: NDArray, y: NDArray, activation: str) -> LayerNorms:
    """Frobenius norms, layer by layer, of the back-propagated signal and the weight gradients.

    With leading dimensions in `params`, one row per net. x (batch, n_in), y (batch,).
    """
    signals = forward(params, x, activation)
    gradients = backward(params, signals, y, activation)
    return LayerNorms(frobenius(gradients.delta), frobenius(gradients.weight))


def frobenius(matrices: Sequence[NDArray]) -> NDArray:
    """Frobenius norm of each matrix (..., n, m), stacked along the last axis: (..., L)."""
    return np.stack([np.sqrt(np.einsum("...ij,...ij->...", m, m)) for m in matrices], axis=-1)


def log_linear_fit(norms: NDArray) -> Fit:
    """Least squares of log10(norms) against the layer number 1..L, along the last axis.

    Raises
    ------
    ValueError
        With fewer than three layers, or a norm that is not positive and finite.
    """
    norms = np.asarray(norms, dtype=float)
    if norms.shape[-1] < 3 or not np.all((norms > 0) & np.isfinite(norms)):
        raise ValueError("norms must be positive and finite, for three layers or more")
    layer = np.arange(1, norms.shape[-1] + 1)
    centered, log = layer - layer.mean(), np.log10(norms)
    slope = log @ centered / (centered @ centered)
    residual = log - log.mean(axis=-1, keepdims=True) - slope[..., None] * centered
    r2 = 1.0 - (residual**2).sum(axis=-1) / (log.var(axis=-1) * layer.size)
    return Fit(slope, log.mean(axis=-1) - slope * layer.mean(), r2)


def jacobian_singular_values(params: Sequence[Layer], x: NDArray, activation: str) -> NDArray:
    """Singular values of every layer-to-layer Jacobian between hidden layers of one width.

    J_l = da_l/da_(l-1) = diag(f'(z_l)) W_l for the hidden layers l = 2, 3, ..., at each input.
    Glorot and Bengio 2010, section 4.2.2, eq. 17, report their mean. For a random matrix with
    independent entries of variance s^2/n the values fill a quarter circle of radius 2 s, whose
    mean is 8 s / (3 pi) = 0.85 s.

    They are computed as roots of the eigenvalues of J J^T, in half the time of an SVD, and on one
    thread: two are no faster here, and far slower while another process wants the second core.

    Parameters
    ----------
    params : one net, no leading dimensions; hidden layers of equal width n.
    x : (inputs, n_in).

    Returns
    -------
    NDArray
        (hidden layers - 1, inputs, n), ascending along the last axis.
    """
    widths = {len(layer.b) for layer in params[:-1]}
    if len(widths) != 1 or len(params) < 3:
        raise ValueError(f"needs two or more hidden layers of one width, got widths {widths}")
    df = lookup(ACTIVATIONS, activation, "activation").df
    values = []
    with threadpool_limits(1, user_api="blas"):
        for (W, _), z in zip(params[1:-1], forward(params, x, activation).z[1:-1], strict=True):
            gram = W @ W.T
            squares = [np.linalg.eigvalsh(gram * np.outer(s, s)) for s in df(z)]
            values.append(np.sqrt(np.maximum(squares, 0.0)))
    return np.array(values)
