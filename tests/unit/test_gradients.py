"""Norms, straight-line fits and singular values against closed forms."""

import numpy as np
import pytest

from helpers.learning.untrained import draw_nets
from helpers.measure.gradients import gradient_norms, jacobian_singular_values, log_linear_fit
from helpers.measure.initial import GradientMap, mean_singular_values, norms_at_init
from helpers.nets.mlp import ACTIVATIONS, backward, forward, init

rng = np.random.default_rng(1)


def test_fit_recovers_an_exact_exponential():
    norms = 3e-4 * 10.0 ** (0.7 * np.arange(1, 9)) * np.array([[1.0], [5.0]])
    fit = log_linear_fit(norms)
    assert fit.slope == pytest.approx([0.7, 0.7])
    assert fit.intercept == pytest.approx(np.log10([3e-4, 1.5e-3]))
    assert fit.r2 == pytest.approx([1, 1])


def test_fit_agrees_with_numpy():
    norms = np.exp(rng.normal(size=12))
    fit, layer = log_linear_fit(norms), np.arange(1, 13)
    assert (fit.slope, fit.intercept) == pytest.approx(np.polyfit(layer, np.log10(norms), 1))
    assert fit.r2 == pytest.approx(np.corrcoef(layer, np.log10(norms))[0, 1] ** 2)


@pytest.mark.parametrize("norms", [[1.0, 2.0], [1.0, 0.0, 2.0], [1.0, np.nan, 2.0]])
def test_fit_refuses_what_has_no_logarithm(norms):
    with pytest.raises(ValueError, match="positive and finite"):
        log_linear_fit(norms)


def test_norms_are_frobenius_norms_of_each_layer():
    params = init((4, 6, 5, 3), rng)
    x, y = rng.normal(size=(8, 4)), rng.integers(0, 3, 8)
    found = gradient_norms(params, x, y, "tanh")
    gradients = backward(params, forward(params, x, "tanh"), y, "tanh")
    assert found.delta == pytest.approx([np.linalg.norm(d) for d in gradients.delta])
    assert found.weight == pytest.approx([np.linalg.norm(d) for d in gradients.weight])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_singular_values_are_those_of_the_jacobian(name):
    params = init((4, 9, 9, 9, 3), rng, "gaussian", 1.3)
    x = rng.normal(size=(2, 4))
    found = jacobian_singular_values(params, x, name)
    assert found.shape == (2, 2, 9)
    z, _ = forward(params, x, name)
    for layer in (1, 2):
        for i in range(2):
            jacobian = ACTIVATIONS[name].df(z[layer][i])[:, None] * params[layer].W
            exact = np.linalg.svd(jacobian, compute_uv=False)[::-1]
            np.testing.assert_allclose(found[layer - 1, i], exact, atol=1e-7)


def test_singular_values_need_hidden_layers_of_one_width():
    with pytest.raises(ValueError, match="one width"):
        jacobian_singular_values(init((4, 5, 6, 3), rng), np.zeros((1, 4)), "tanh")


@pytest.mark.parametrize(("scheme", "s"), [("standard", 3**-0.5), ("normalized", 1.0)])
def test_mean_singular_value_is_the_quarter_circle_s_in_a_linear_net(scheme, s):
    values = mean_singular_values(scheme, "linear", width=300, depth=3, seeds=2)
    assert values.shape == (2, 2)
    np.testing.assert_allclose(values, 8 * s / (3 * np.pi), rtol=0.02)


def test_linear_net_multiplies_the_error_by_the_gain_at_every_layer():
    for gain in (0.5, 1.0, 2.0):
        norms = norms_at_init("linear", 20, "gaussian", gain, width=200, seeds=3)
        slope = log_linear_fit(norms.delta[:, :-1]).slope
        np.testing.assert_allclose(slope, -np.log10(gain), atol=0.02)


def test_map_holds_what_each_net_gives_alone():
    small = GradientMap(("logistic", "relu"), (1, 3, 4), (0.5, 2.0), seeds=2)
    found = small.compute()
    assert found["delta"].shape == (2, 3, 2, 2, 5)
    for i, activation in enumerate(small.activations):
        alone = norms_at_init(activation, 4, "gaussian", 2.0, 32, seeds=2, examples=32)
        np.testing.assert_allclose(found["delta"][i, 2, 1], alone.delta, rtol=1e-10)
        np.testing.assert_allclose(found["weight"][i, 2, 1], alone.weight, rtol=1e-10)
    assert np.isnan(found["delta"][:, 0, ..., 2:]).all()
    assert np.isfinite(found["delta"][:, 0, ..., :2]).all()


def test_seed_s_is_the_same_net_however_many_there_are():
    two, three = draw_nets(2, 8, ["he"], range(2)), draw_nets(2, 8, ["he"], range(3))
    np.testing.assert_array_equal(two[1].W[1], three[1].W[1])


def test_nets_are_drawn_scheme_by_scheme():
    drawn = draw_nets(1, 8, ("standard", "he"), [3, (1, 2)], gain=2.0)
    alone = init((64, 8, 10), np.random.default_rng([1, 2]), "standard", 2.0)
    np.testing.assert_array_equal(drawn[0].W[1], alone[0].W)
    assert drawn[1].W.shape == (4, 10, 8)


def test_bad_depth_and_no_seeds_are_refused():
    with pytest.raises(ValueError, match="depth and width must be >= 1, got 0 and 32"):
        norms_at_init(depth=0)
    with pytest.raises(ValueError, match="one or more schemes and seeds"):
        norms_at_init(seeds=0)
