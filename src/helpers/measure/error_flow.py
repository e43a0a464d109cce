"""How much of an error arrives q steps back: Hochreiter's analysis. Introduced in chapter 2.

An error signal of unit u at step t reaches unit v at step t - q scaled by

    dtheta_v(t-q) / dtheta_u(t) = sum over l_1 .. l_(q-1) of
        product over m = 1 .. q of f'_(l_m)(net_(l_m)(t-m)) w_(l_(m-1) l_m),    l_0 = u, l_q = v,

where net_i(t) sums w_ij y_j(t-1) (Hochreiter and Schmidhuber 1997, section 3.1, after Hochreiter
1991). Their sum prints w_(l_m l_(m-1)), their recursion one equation earlier w_uv and w_lv, from
which the order above follows. As matrices, with D_m = diag f'(net(t-m)),

    J_q = D_q W^T  D_(q-1) W^T  ...  D_1 W^T,    the entry [v, u].

Throughout, `slopes` (..., q, n) holds f'(net(t-m)) at index m - 1: the newest step first.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.nets.mlp import ACTIVATIONS, lookup
from helpers.nets.rnn import Unfolded

MOST_PATHS = 1_000_000
"""No more paths than this are written out (8 MB)."""

NORMS = {
    "rms": lambda J: np.sqrt((J**2).sum(axis=(-2, -1)) / J.shape[-1]),
    "spectral": lambda J: np.linalg.norm(J, ord=2, axis=(-2, -1)),
    "largest": lambda J: np.abs(J).max(axis=(-2, -1)),
}
"""Sizes of J: root mean square factor over random errors, largest factor, largest entry."""


def slopes_back(signals: Unfolded, activation: str, lag: int) -> NDArray:
    """Slopes f'(net(T-m)) for m = 1 .. lag, counted from the last step T: (..., batch, lag, n).

    Raises
    ------
    ValueError
        If the activation is unknown, or the net was not unfolded over more than `lag` >= 1 steps.
    """
    if not 1 <= lag < len(signals.z):
        raise ValueError(f"lag must be in 1..{len(signals.z) - 1}, got {lag}")
    df = lookup(ACTIVATIONS, activation, "activation").df
    newest_first = signals.z[-1 - lag : -1][::-1]
    return np.moveaxis(df(newest_first), 0, -2)


def path_products(W: NDArray, slopes: NDArray, u: int, v: int) -> NDArray:
    """One product f'w f'w ... for each of the n^(q-1) paths from u at step t to v at t - q.

    The path (l_1, ..., l_(q-1)) stands at index `np.ravel_multi_index(path, (n,) * (q - 1))`.

    Raises
    ------
    ValueError
        If W is not (n, n) or the slopes not (q >= 1, n), all finite; if u or v is not a unit; if
        there are more than `MOST_PATHS` paths.
    """
    W, slopes = _checked(W, slopes)
    q, n = slopes.shape[-2:]
    if W.ndim != 2 or slopes.ndim != 2 or not {u, v} <= set(range(n)):
        raise ValueError(f"one net and units u, v in 0..{n - 1} are needed, got u = {u}, v = {v}")
    if n ** (q - 1) > MOST_PATHS:
        raise ValueError(f"{n}^{q - 1} paths: at most {MOST_PATHS:,} are written out; lower n or q")
    products, units = np.ones(1), np.array([u])
    for m in range(q):
        products = products[:, None] * W[units] * slopes[m]  # one step further back: (paths, n)
        units = np.tile(np.arange(n), len(products))
        products = products.ravel() if m < q - 1 else products[:, v]
    return products


def path_sum(W: NDArray, slopes: NDArray, u: int, v: int) -> float:
    """Factor from u at step t to v at step t - q, as the sum over all paths.

    Raises a ValueError where `path_products` does.
    """
    return float(path_products(W, slopes, u, v).sum())


def matrix_product(W: NDArray, slopes: NDArray) -> NDArray:
    """Return J_q = D_q W^T ... D_1 W^T (..., n, n) for slopes (..., q, n); the entry [v, u].

    Raises
    ------
    ValueError
        If W is not square or finite, or the slopes are not (..., q >= 1, n) and finite.
    """
    W, slopes = _checked(W, slopes)
    J = np.eye(W.shape[-1])
    for m in range(slopes.shape[-2]):
        J = slopes[..., m, :, None] * (np.swapaxes(W, -1, -2) @ J)
    return J


def error_flow(W: NDArray, slopes: NDArray, norm: str = "rms") -> NDArray:
    """Return log10 of the size of J_1, J_2, ..., J_q: (..., q); -inf where nothing arrives.

    The product is rescaled at every step, so that no lag overflows or underflows.

    Parameters
    ----------
    W : (..., n, n), for many nets at once.
    slopes : (..., q, n), newest step first.
    norm : a name in `NORMS`.

    Raises
    ------
    ValueError
        As `matrix_product` does, or if the norm is unknown.
    """
    W, slopes = _checked(W, slopes)
    size = lookup(NORMS, norm, "norm")
    J, exponent, found = np.eye(W.shape[-1]), 0.0, []
    with np.errstate(divide="ignore"):
        for m in range(slopes.shape[-2]):
            J = slopes[..., m, :, None] * (np.swapaxes(W, -1, -2) @ J)
            scale = np.abs(J).max(axis=(-2, -1))
            J = J / np.where(scale > 0, scale, 1.0)[..., None, None]
            exponent = exponent + np.log10(scale)
            found.append(exponent + np.where(scale > 0, np.log10(size(J)), 0.0))
    return np.stack(found, axis=-1)


def bound(n: int, w_max: ArrayLike, q: ArrayLike, slope_max: float = 0.25) -> NDArray:
    """Upper bound n tau^q on |dtheta_v(t-q) / dtheta_u(t)|, with tau = n w_max f'_max.

    For the logistic function f'_max = 1/4 and tau = n w_max / 4: below 1, and the bound decays,
    if every |w_ij| <= w_max < 4/n (`hochreiter1997`, section 3.1).

    Raises
    ------
    ValueError
        If n or a lag q is below 1, or w_max or slope_max negative or not finite.
    """
    _positive_lag(q)
    w_max, slope_max = np.asarray(w_max, float), float(slope_max)
    if n < 1 or not np.all((w_max >= 0) & np.isfinite(w_max)) or not 0 <= slope_max < np.inf:
        raise ValueError(
            f"n >= 1 and finite w_max, slope_max >= 0 are needed, got {n}, {w_max}, {slope_max}"
        )
    return n * (n * w_max * slope_max) ** np.asarray(q)


def norm_bound(W: NDArray, q: ArrayLike, slope_max: float = 0.25, order: float = np.inf) -> NDArray:
    """Upper bound n (f'_max ||W||)^q on the same factor, for one W (n, n).

    `order` is that of the matrix norm: np.inf, the largest row sum of |w_ij|, or 2, the largest
    singular value.
    """
    W, _ = _checked(W, np.ones((1, np.shape(W)[-1])))
    _positive_lag(q)
    if order not in (np.inf, 2):
        raise ValueError(f"order must be inf or 2, got {order}")
    return len(W) * (slope_max * np.linalg.norm(W, order)) ** np.asarray(q)


def one_unit(w: ArrayLike, z: ArrayLike, q: ArrayLike, activation: str = "logistic") -> NDArray:
    """Return |f'(z) w|^q: what a unit with the self-connection w leaves of its own error.

    w, z and q broadcast; z is the net input, the same at every step.
    """
    df = lookup(ACTIVATIONS, activation, "activation").df
    _positive_lag(q)
    return np.abs(df(np.asarray(z, float)) * np.asarray(w, float)) ** np.asarray(q)


def _checked(W: NDArray, slopes: NDArray) -> tuple[NDArray, NDArray]:
    """Return both as arrays of floats; a ValueError says what is wrong with them."""
    W, slopes = np.asarray(W, dtype=float), np.asarray(slopes, dtype=float)
    if W.ndim < 2 or W.shape[-1] != W.shape[-2] or not np.all(np.isfinite(W)):
        raise ValueError(f"W must be square, (..., n, n), and finite; got shape {W.shape}")
    n = W.shape[-1]
    fits = slopes.ndim >= 2 and slopes.shape[-2] >= 1 and slopes.shape[-1] == n
    if not fits or not np.all(np.isfinite(slopes)):
        raise ValueError(
            f"slopes must be finite, (..., q >= 1, {n}), one row per lag; got shape {slopes.shape}"
        )
    return W, slopes


def _positive_lag(q: ArrayLike) -> None:
    if np.any(np.asarray(q) < 1):
        raise ValueError(f"every lag q must be >= 1, got {q}")
