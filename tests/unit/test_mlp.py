"""Every hand-written gradient against finite differences and against PyTorch."""

import numpy as np
import pytest
import torch

from helpers.nets.mlp import (
    ACTIVATIONS,
    INITIALIZATIONS,
    Activation,
    Layer,
    backward,
    forward,
    init,
    log_softmax,
    logistic,
    logistic_slope,
    stack,
)

SIZES = (5, 7, 6, 3)
rng = np.random.default_rng(7)
X, Y = rng.normal(size=(11, 5)), rng.integers(0, 3, 11)
Z = np.linspace(-4, 4, 101)  # holds 0 and no point within 1e-6 of it


# Functions that are not in the table yet: one with a largest slope that no grid hits, one without.
SWISH = Activation(
    lambda z: z * logistic(z),
    lambda z: logistic(z) + z * logistic_slope(z),
    1.09984,
    lambda z: z * z.sigmoid(),
    "",
)
GCU = Activation(
    lambda z: z * np.cos(z), lambda z: np.cos(z) - z * np.sin(z), None, lambda z: z * z.cos(), ""
)
CASES = ACTIVATIONS | {"swish": SWISH, "gcu": GCU}


def net(seed=3, **options):
    params = init(SIZES, np.random.default_rng(seed), "gaussian", 1.5, **options)
    noise = np.random.default_rng(seed + 1)
    return [Layer(W, b + noise.normal(0, 0.3, b.shape)) for W, b in params]


@pytest.mark.parametrize("name", CASES)
def test_slope_is_the_derivative(name):
    f, df = CASES[name].f, CASES[name].df
    z = Z[np.abs(Z) > 1e-3]  # a kink at 0 has no derivative
    np.testing.assert_allclose(df(z), (f(z + 1e-6) - f(z - 1e-6)) / 2e-6, atol=1e-8)


@pytest.mark.parametrize("name", CASES)
def test_tensor_form_is_the_same_function_with_the_same_slope(name):
    activation = CASES[name]
    z = torch.tensor(Z, requires_grad=True)
    value = activation.tensor_f(z)
    (slope,) = torch.autograd.grad(value.sum(), z)
    np.testing.assert_allclose(activation.f(Z), value.detach().numpy(), atol=1e-14)
    np.testing.assert_allclose(activation.df(Z), slope.numpy(), atol=1e-14)


@pytest.mark.parametrize("name", CASES)
def test_largest_slope_is_the_stated_one(name):
    z = np.linspace(-30, 30, 6001)
    near, far = (np.abs(CASES[name].df(reach * z)).max() for reach in (1, 10))
    if CASES[name].max_slope is None:
        assert far > 5 * near
    else:
        assert near == pytest.approx(CASES[name].max_slope, rel=1e-4)


@pytest.mark.parametrize("name", CASES)
def test_saturation_does_not_warn(name):
    z = np.array([-1e4, 1e4])
    assert np.isfinite(CASES[name].f(z)).all()
    assert np.isfinite(CASES[name].df(z)).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradients_match_finite_differences(name):
    params = net()
    gradients = backward(params, forward(params, X, name), Y, name)

    def loss():
        return backward(params, forward(params, X, name), Y, name).loss

    for layer, (W, b) in enumerate(params):
        for array, found in ((W, gradients.weight[layer]), (b, gradients.bias[layer])):
            for index in np.ndindex(array.shape):
                kept = array[index]
                array[index] = kept + 1e-6
                above = loss()
                array[index] = kept - 1e-6
                slope = (above - loss()) / 2e-6
                array[index] = kept
                assert found[index] == pytest.approx(slope, rel=1e-5, abs=1e-8)


def torch_signals(params, name):
    """Loss, net inputs and their gradients, weights' and biases' gradients, by autograd."""
    leaves = [[torch.tensor(part, requires_grad=True) for part in layer] for layer in params]
    a, zs = torch.tensor(X), []
    for W, b in leaves:
        zs.append(a @ W.T + b)
        zs[-1].retain_grad()
        a = ACTIVATIONS[name].tensor_f(zs[-1])
    loss = torch.nn.functional.cross_entropy(zs[-1], torch.tensor(Y))
    loss.backward()
    return loss.item(), zs, leaves


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_signal_matches_autograd(name):
    params = net()
    signals = forward(params, X, name)
    gradients = backward(params, signals, Y, name)
    loss, zs, leaves = torch_signals(params, name)
    assert gradients.loss == pytest.approx(loss, rel=1e-12)
    for layer, (z, (W, b)) in enumerate(zip(zs, leaves, strict=True)):
        np.testing.assert_allclose(signals.z[layer], z.detach().numpy(), rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(gradients.delta[layer], z.grad.numpy(), atol=1e-13)
        np.testing.assert_allclose(gradients.weight[layer], W.grad.numpy(), atol=1e-13)
        np.testing.assert_allclose(gradients.bias[layer], b.grad.numpy(), atol=1e-13)


def test_stacked_nets_give_what_each_gives_alone():
    alone = [net(seed) for seed in (1, 2, 3)]
    together = stack(alone)
    gradients = backward(together, forward(together, X, "tanh"), Y, "tanh")
    for i, params in enumerate(alone):
        one = backward(params, forward(params, X, "tanh"), Y, "tanh")
        assert gradients.loss[i] == pytest.approx(one.loss, rel=1e-13)
        for many, single in zip(gradients.weight, one.weight, strict=True):
            np.testing.assert_allclose(many[i], single, atol=1e-15)


def test_signals_hold_the_input_first_and_the_logits_last():
    params = net()
    z, a = forward(params, X, "relu")
    assert [part.shape[-1] for part in a] == [5, 7, 6]
    assert [part.shape[-1] for part in z] == [7, 6, 3]
    np.testing.assert_array_equal(a[0], X)


def test_log_softmax_survives_huge_logits():
    assert log_softmax(np.array([1e5, 0.0, -1e5])) == pytest.approx([0, -1e5, -2e5])


@pytest.mark.parametrize("y", [[0, 3], [-1, 0]])
def test_classes_outside_the_output_layer_are_refused(y):
    params = net()
    with pytest.raises(ValueError, match=r"y must hold 2 integers in 0\.\.2, got int64, \["):
        backward(params, forward(params, X[:2], "tanh"), np.array(y), "tanh")


@pytest.mark.parametrize("y", [[0], [0, 1, 2], [[0, 1]], [0.0, 1.0], [True, False], 0, []])
def test_anything_but_one_class_number_per_input_is_refused(y):
    params = net()
    with pytest.raises(ValueError, match=r"y must hold 2 integers in 0\.\.2"):
        backward(params, forward(params, X[:2], "tanh"), np.array(y), "tanh")


@pytest.mark.parametrize("gain", [np.nan, np.inf, np.array([1.0, -np.inf])])
def test_a_gain_that_is_not_finite_is_refused(gain):
    with pytest.raises(ValueError, match="gain must be finite"):
        init(SIZES, rng, gain=gain)


@pytest.mark.parametrize(
    ("scheme", "variance", "limit"),
    [
        ("standard", 1 / (3 * 400), 1 / 20),
        ("normalized", 2 / 700, np.sqrt(6 / 700)),
        ("he", 2 / 400, np.inf),
        ("gaussian", 1 / 400, np.inf),
    ],
)
def test_initial_weights_have_the_variance_of_their_scheme(scheme, variance, limit):
    (layer,) = init((400, 300), np.random.default_rng(0), scheme, gain=3.0)
    assert layer.W.shape == (300, 400)
    assert layer.W.var() == pytest.approx(9 * variance, rel=0.02)
    assert abs(layer.W.mean()) < 5 * 3 * np.sqrt(variance / layer.W.size)
    assert np.abs(layer.W).max() <= 3 * limit
    assert not layer.b.any()


def test_the_table_above_lists_every_scheme():
    assert set(INITIALIZATIONS) == {"standard", "normalized", "he", "gaussian"}


def test_same_seed_same_net_and_gain_may_differ_by_net():
    gains = np.array([1.0, 2.0])
    one, two = (init(SIZES, np.random.default_rng(5), nets=(2,), gain=g) for g in (1.0, gains))
    np.testing.assert_array_equal(one[0].W[0], two[0].W[0])
    np.testing.assert_array_equal(2 * one[0].W[1], two[0].W[1])


def test_bad_names_list_what_is_allowed():
    params = net()
    with pytest.raises(ValueError, match=r"unknown activation 'sigmod'.*logistic, tanh, relu"):
        forward(params, X, "sigmod")
    with pytest.raises(ValueError, match=r"unknown initialization 'xavier'.*standard, normalized"):
        init(SIZES, rng, "xavier")


@pytest.mark.parametrize("sizes", [(), (3,), (3, 0, 2), (3, -1)])
def test_bad_sizes_are_refused(sizes):
    with pytest.raises(ValueError, match="positive integers"):
        init(sizes, rng)
