"""Hochreiter's analysis: three ways to one number, closed forms, bounds."""

import itertools

import numpy as np
import pytest

from helpers.measure.error_flow import (
    NORMS,
    bound,
    error_flow,
    matrix_product,
    norm_bound,
    one_unit,
    path_products,
    path_sum,
    slopes_back,
)
from helpers.measure.hochreiter import autograd_product
from helpers.nets.mlp import ACTIVATIONS
from helpers.nets.rnn import backward, forward, init

rng = np.random.default_rng(5)
W3 = rng.normal(size=(3, 3))
SLOPES = rng.uniform(0.1, 1, size=(4, 3))


def unfolded(name, n=3, steps=8, gain=1.0):
    params = init(n, 2, rng, gain)
    return params, forward(params, rng.normal(size=(steps, 1, 2)), name)


def test_each_path_is_the_product_that_the_formula_says():
    products = path_products(W3, SLOPES, u=2, v=1)
    assert products.shape == (27,)
    for path in itertools.product(range(3), repeat=3):
        units = (2, *path, 1)
        exact = 1.0
        for m in range(1, 5):
            exact *= SLOPES[m - 1, units[m]] * W3[units[m - 1], units[m]]
        assert products[np.ravel_multi_index(path, (3,) * 3)] == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("lag", [1, 2, 7])
def test_paths_matrices_and_autograd_agree(name, lag):
    params, signals = unfolded(name)
    slopes = slopes_back(signals, name, lag)[0]
    J = matrix_product(params.W, slopes)
    scale = np.abs(J).max()
    sums = [[path_sum(params.W, slopes, u, v) for u in range(3)] for v in range(3)]
    np.testing.assert_allclose(J, sums, rtol=1e-10, atol=1e-12 * scale)
    exact = autograd_product(params, signals, name, lag)
    np.testing.assert_allclose(J, exact, rtol=1e-10, atol=1e-12 * scale)


def test_the_factor_is_what_back_propagation_applies():
    params, signals = unfolded("tanh")
    error = rng.normal(size=(1, 3))
    delta = backward(params, signals, error, "tanh").delta[:, 0]
    for lag in (1, 4, 7):
        J = matrix_product(params.W, slopes_back(signals, "tanh", lag)[0])
        np.testing.assert_allclose(J @ delta[-1], delta[-1 - lag], rtol=1e-12)


def test_a_linear_net_multiplies_by_the_matrix_power():
    J = matrix_product(W3, np.ones((5, 3)))
    np.testing.assert_allclose(J, np.linalg.matrix_power(W3, 5).T, rtol=1e-12)


@pytest.mark.parametrize("norm", NORMS)
def test_flow_is_the_size_of_the_product_at_every_lag(norm):
    found = error_flow(W3, SLOPES, norm)
    exact = [np.log10(NORMS[norm](matrix_product(W3, SLOPES[:q]))) for q in range(1, 5)]
    np.testing.assert_allclose(found, exact, atol=1e-13)


def test_flow_of_an_orthogonal_linear_net_is_one_at_every_lag():
    Q, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    for norm in ("rms", "spectral"):
        np.testing.assert_allclose(error_flow(Q, np.ones((500, 6)), norm), 0, atol=1e-12)


def test_flow_neither_underflows_nor_overflows():
    lags = np.arange(1, 1001)
    for factor in (1e-3, 1e3):
        found = error_flow(factor * np.eye(4), np.ones((1000, 4)))
        np.testing.assert_allclose(found, np.log10(factor) * lags, rtol=1e-10)
    assert (error_flow(np.zeros((2, 2)), np.ones((3, 2))) == -np.inf).all()


def test_many_nets_at_once():
    W, slopes = rng.normal(size=(2, 5, 3, 3)), rng.uniform(size=(2, 5, 6, 3))
    found = error_flow(W, slopes)
    assert found.shape == (2, 5, 6)
    np.testing.assert_allclose(found[1, 4], error_flow(W[1, 4], slopes[1, 4]), atol=1e-13)
    np.testing.assert_allclose(
        matrix_product(W, slopes)[1, 4], matrix_product(W[1, 4], slopes[1, 4]), rtol=1e-12
    )


def test_bounds():
    assert bound(4, 0.5, [1, 2]) == pytest.approx([4 * 0.5, 4 * 0.25])
    assert bound(10, 0.4, 7) == pytest.approx(10)  # w_max = 4 / n: no decay
    assert bound(3, 1.0, 2, slope_max=1.0) == pytest.approx(27)
    slopes = np.full((5, 3), 0.25)
    largest = [np.abs(matrix_product(W3, slopes[:q])).max() for q in range(1, 6)]
    lags = np.arange(1, 6)
    for order in (2, np.inf):
        assert (largest <= norm_bound(W3, lags, order=order)).all()
    assert (norm_bound(W3, lags) <= bound(3, np.abs(W3).max(), lags)).all()


def test_one_unit():
    assert one_unit(4.0, 0.0, 100) == pytest.approx(1.0)
    assert one_unit(1.0, 3.0, 100, "linear") == 1.0  # the constant error carrousel
    assert one_unit(-2.0, 0.0, [1, 2, 3]) == pytest.approx([0.5, 0.25, 0.125])


def test_bad_matrices_slopes_and_lags_are_refused():
    for W in (np.ones((2, 3)), np.ones(3), np.full((3, 3), np.nan)):
        with pytest.raises(ValueError, match=r"W must be square, \(\.\.\., n, n\), and finite"):
            error_flow(W, SLOPES)
    for slopes in (SLOPES[:0], SLOPES[:, :2], SLOPES[0], SLOPES * np.inf):
        with pytest.raises(ValueError, match=r"slopes must be finite, \(\.\.\., q >= 1, 3\)"):
            matrix_product(W3, slopes)
    params, signals = unfolded("tanh")
    for lag in (0, -1, 8):
        with pytest.raises(ValueError, match=r"lag must be in 1\.\.7"):
            slopes_back(signals, "tanh", lag)
        with pytest.raises(ValueError, match=r"lag must be in 1\.\.7"):
            autograd_product(params, signals, "tanh", lag)
    for call in (lambda: bound(2, 1, 0), lambda: norm_bound(W3, 0), lambda: one_unit(1, 0, [1, 0])):
        with pytest.raises(ValueError, match="every lag q must be >= 1"):
            call()


def test_bad_names_units_and_sizes_are_refused():
    with pytest.raises(ValueError, match="unknown norm 'max'; allowed: rms, spectral, largest"):
        error_flow(W3, SLOPES, "max")
    with pytest.raises(ValueError, match="unknown activation 'sine'; allowed: logistic"):
        one_unit(1.0, 0.0, 1, "sine")
    for u, v in ((3, 0), (0, -1)):
        with pytest.raises(ValueError, match=r"units u, v in 0\.\.2"):
            path_sum(W3, SLOPES, u, v)
    with pytest.raises(ValueError, match=r"3\^29 paths: at most 1,000,000"):
        path_sum(W3, np.ones((30, 3)), 0, 0)
    with pytest.raises(ValueError, match="order must be inf or 2"):
        norm_bound(W3, 1, order=1)
    for n, w_max in ((0, 1), (2, -1), (2, np.nan)):
        with pytest.raises(ValueError, match="n >= 1 and finite w_max"):
            bound(n, w_max, 1)
