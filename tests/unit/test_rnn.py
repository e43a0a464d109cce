"""Back-propagation through time against finite differences and PyTorch."""

import numpy as np
import pytest
import torch

from helpers.nets.mlp import ACTIVATIONS
from helpers.nets.rnn import Recurrent, backward, forward, init, weight_terms

rng = np.random.default_rng(3)
STEPS, BATCH, N, N_IN = 6, 3, 4, 2
X = rng.normal(size=(STEPS, BATCH, N_IN))
TARGET = rng.normal(size=(STEPS, BATCH, N))


def net(seed=0, nets=()):
    noise = np.random.default_rng(seed)
    W, U, b = init(N, N_IN, noise, 1.3, nets)
    return Recurrent(W, U, b + noise.normal(0, 0.5, b.shape))


def error_of(params, name):
    """E = sum of squares at every step / 2."""
    return 0.5 * ((forward(params, X, name).h[1:] - TARGET) ** 2).sum()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_weight_gradients_match_finite_differences(name):
    params = net()
    signals = forward(params, X, name)
    gradients = backward(params, signals, signals.h[1:] - TARGET, name)
    for array, found in zip(params, gradients[1:], strict=True):
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + 1e-6
            above = error_of(params, name)
            array[index] = kept - 1e-6
            slope = (above - error_of(params, name)) / 2e-6
            array[index] = kept
            assert found[index] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def by_autograd(params, name, last):
    """Gradients with respect to every net input and every parameter."""
    W, U, b = leaves = [torch.tensor(part, requires_grad=True) for part in params]
    h, zs, error = torch.zeros(BATCH, N, dtype=torch.float64), [], 0.0
    for t, x in enumerate(torch.tensor(X)):
        zs.append(h @ W.T + x @ U.T + b)
        h = ACTIVATIONS[name].tensor_f(zs[-1])
        if not last or t == STEPS - 1:
            error = error + 0.5 * ((h - torch.tensor(TARGET[t])) ** 2).sum()
    found = torch.autograd.grad(error, [*zs, *leaves])
    return np.stack(found[:STEPS]), found[STEPS:]


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_signal_matches_autograd(name, last):
    params = net()
    signals = forward(params, X, name)
    error = signals.h[1:] - TARGET
    gradients = backward(params, signals, error[-1] if last else error, name)
    delta, leaves = by_autograd(params, name, last)
    np.testing.assert_allclose(gradients.delta, delta, rtol=1e-11, atol=1e-13)
    for found, exact in zip(gradients[1:], leaves, strict=True):
        np.testing.assert_allclose(found, exact.numpy(), rtol=1e-11, atol=1e-13)


def test_terms_add_up_to_the_weight_gradient():
    params = net()
    signals = forward(params, X, "tanh")
    gradients = backward(params, signals, TARGET[-1], "tanh")
    terms = weight_terms(signals, gradients)
    assert terms.shape == (STEPS, N, N)
    assert not terms[0].any()  # the initial state is zero
    np.testing.assert_allclose(terms.sum(axis=0), gradients.W, atol=1e-15)


def test_many_nets_give_what_each_gives_alone():
    together = net(nets=(2, 5))
    signals = forward(together, X[:, None, None], "logistic")
    gradients = backward(together, signals, signals.h[-1], "logistic")
    alone = Recurrent(*(part[1, 3] for part in together))
    one = forward(alone, X, "logistic")
    back = backward(alone, one, one.h[-1], "logistic")
    np.testing.assert_allclose(signals.h[:, 1, 3], one.h, atol=1e-15)
    np.testing.assert_allclose(gradients.delta[:, 1, 3], back.delta, atol=1e-15)
    np.testing.assert_allclose(gradients.W[1, 3], back.W, atol=1e-15)
    np.testing.assert_allclose(gradients.b[1, 3], back.b, atol=1e-15)


def test_states_start_where_they_are_told():
    params = net()
    start = rng.normal(size=(BATCH, N))
    signals = forward(params, X, "tanh", start)
    np.testing.assert_array_equal(signals.h[0], start)
    first = start @ params.W.T + X[0] @ params.U.T + params.b
    np.testing.assert_allclose(signals.z[0], first, atol=1e-15)


def test_weights_have_the_stated_variance_and_gains_may_differ():
    W, U, b = init(200, 50, np.random.default_rng(0), np.array([1.0, 3.0]), (2,))
    assert W.var(axis=(1, 2)) == pytest.approx([1 / 200, 9 / 200], rel=0.02)
    assert U.var() == pytest.approx(1 / 50, rel=0.03)
    assert b.shape == (2, 200)
    assert not b.any()


def test_bad_input_is_refused():
    params = net()
    signals = forward(params, X, "tanh")
    with pytest.raises(ValueError, match="unknown activation 'sine'; allowed: logistic, tanh"):
        forward(params, X, "sine")
    for x in (X[0], X[:0], X[..., :1]):
        with pytest.raises(ValueError, match=r"x must be \(steps >= 1, \.\.\., batch, 2\)"):
            forward(params, x, "tanh")
    with pytest.raises(ValueError, match=r"error must have shape \(6, 3, 4\) or \(3, 4\)"):
        backward(params, signals, TARGET[:2], "tanh")
    with pytest.raises(ValueError, match="n and n_in must be >= 1"):
        init(0, 2, rng)
    with pytest.raises(ValueError, match="gain must be finite"):
        init(3, 2, rng, np.nan)
