"""The latching problem: its gradients, its data, its bookkeeping; it is learned at a short lag."""

import numpy as np
import pytest
import torch

from helpers.learning import latching
from helpers.learning.latching import (
    CLASS_STEPS,
    Latching,
    adam,
    best_place,
    descend,
    draw_net,
    gradients_of,
    sequences,
    unfold,
)

SMALL = {
    "lags": (1,), "seeds": 3, "tuning": 1, "budget": 3000, "checks": 20,
    "rates": ((0.3, 1.0), (0.01, 0.1)),
}  # fmt: skip


def nets(training="modern", count=2, n=4):
    draw = [np.random.default_rng(seed) for seed in range(count)]
    parts = zip(*(draw_net(training, n, rng) for rng in draw), strict=True)
    return [torch.tensor(np.array(part)) for part in parts]


def test_gradients_match_autograd():
    net = nets()
    x, target = torch.randn(2, 5, 7, dtype=torch.float64), torch.rand(2, 5, dtype=torch.float64)
    found = gradients_of(net, x, target)
    W, U, b, V, c = leaves = [part.clone().requires_grad_() for part in net]
    h = torch.zeros(2, 5, 4, dtype=torch.float64)
    for t in range(7):
        h = torch.tanh(h @ W + x[..., t : t + 1] @ U + b)
    y = torch.tanh(h @ V + c)[..., 0]
    exact = torch.autograd.grad(0.5 * ((y - target) ** 2).mean(dim=1).sum(), leaves)
    np.testing.assert_allclose(unfold(net, x)[1], y.detach(), atol=1e-14)
    for one, other in zip(found, exact, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, atol=1e-14)


@pytest.mark.parametrize("scale", [0.3, 40.0])  # within the norm of 1, and clipped to it
def test_adam_moves_by_its_rate_while_the_gradient_stays(scale):
    net, memory = [torch.zeros(1, 1, 2)], {}
    for _ in range(5):
        adam(net, [scale * torch.tensor([[[1.0, -2.0]]])], torch.full((1, 1, 1), 0.01), memory)
    np.testing.assert_allclose(net[0].ravel(), [-0.05, 0.05], rtol=1e-5)


def test_adam_after_a_gradient_that_turns():
    net, memory, rate = [torch.zeros(1, 1, 1)], {}, torch.full((1, 1, 1), 0.1)
    for gradient in (0.5, -0.5):
        adam(net, [torch.full((1, 1, 1), gradient)], rate, memory)
    assert net[0].item() == pytest.approx(-0.1 + 0.1 * 0.01 / 0.19, rel=1e-4)


def test_gradients_are_clipped_net_by_net():
    net, memory = [torch.zeros(2, 1, 1)], {}
    adam(net, [torch.tensor([50.0, 0.5]).reshape(2, 1, 1)], torch.ones(2, 1, 1), memory)
    np.testing.assert_allclose(memory[0][0].ravel(), [0.1, 0.05], rtol=1e-6)


def test_plain_descent_steps_against_the_gradient():
    net = [torch.ones(2, 1, 1)]
    descend(net, [torch.ones(2, 1, 1)], torch.tensor([0.1, 0.5])[:, None, None], {})
    np.testing.assert_allclose(net[0].ravel(), [0.9, 0.5])


def test_class_is_in_the_first_steps_and_noise_after():
    data = sequences(np.random.default_rng(0), 2000, CLASS_STEPS + 5, 0.2)
    x, label = data[:, :-1], data[:, -1]
    assert label.sum() == 0
    assert (x * label[:, None]).mean(axis=0) == pytest.approx([1] * 3 + [0] * 5, abs=0.03)
    assert x[label > 0].std(axis=0) == pytest.approx([0.2] * 8, rel=0.1)


def test_nets_are_drawn_as_stated():
    W, U, b, V, c = draw_net("modern", 6, np.random.default_rng(0))
    np.testing.assert_allclose(W @ W.T, np.eye(6), atol=1e-12)
    historical = draw_net("historical", 30, np.random.default_rng(0))
    assert max(np.abs(part).max() for part in historical) == pytest.approx(0.2, rel=0.02)
    assert [part.shape for part in (U, b, V, c)] == [(1, 6), (1, 6), (6, 1), (1, 1)]


def test_both_trainings_learn_a_lag_of_one_and_say_when():
    found = Latching(**SMALL).compute()
    assert found["needed"].shape == found["rate"].shape == (3, 2, 1)
    assert (found["needed"] > 0).all()
    assert (found["needed"] % 200 == 0).all()
    assert set(found["rate"][:, 1, 0]) <= {0.01, 0.1}


def test_a_net_does_not_depend_on_the_others():
    three = Latching(**SMALL).compute()["needed"]
    alone = Latching(**SMALL | {"first": 2, "seeds": 1}).compute()["needed"]
    np.testing.assert_array_equal(three[2:], alone)


def test_best_rate_is_the_one_most_nets_learn_with_then_the_fastest():
    assert best_place(np.array([[900, 200, 0], [900, 300, 100]])) == 1
    assert best_place(np.array([[0, 0, 0], [0, 5000, 0]])) == 1
    assert best_place(np.array([[100, 5000], [0, 5000]])) == 1
    assert best_place(np.zeros((2, 3), dtype=int)) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"trainings": ("bptt", "modern")}, "unknown training 'bptt'; allowed: historical, modern"),
        ({"lags": (0, 5)}, "counts >= 1"),
        ({"rates": ((0.1,), (0.1, -0.2))}, "positive rates for each training"),
        ({"rates": ((0.1,),)}, "positive rates for each training"),
        ({"budget": 100}, "budget >= batch"),
        ({"first": -1}, "first >= 0"),
    ],
)
def test_bad_settings_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Latching(**change)
    with pytest.raises(ValueError, match="unknown training"):
        latching.draw_net("none", 3, np.random.default_rng(0))
