"""Batched training against the NumPy net, one net at a time; divergence; bad input."""

import numpy as np
import pytest
import torch

from helpers.data.images import Examples
from helpers.learning.depth import (
    REPORTED,
    TUNING,
    AccuracyByDepth,
    Case,
    TimeLapse,
    first_to_last,
    seeds_of,
)
from helpers.learning.training import in_parallel, one_thread, train
from helpers.learning.untrained import draw_nets
from helpers.nets.mlp import ACTIVATIONS, Layer, backward, forward, init, stack

rng = np.random.default_rng(2)
DATA = Examples(rng.normal(size=(30, 6)), rng.integers(0, 3, 30))
HELD_OUT = Examples(rng.normal(size=(20, 6)), rng.integers(0, 3, 20))
PARAMS = stack([init((6, 8, 7, 3), np.random.default_rng(i), "normalized") for i in range(3)])


def order():
    return torch.Generator().manual_seed(4)


def by_hand(params, activation, rate, shuffled, batch):
    """Plain gradient descent on one net, with the explicit backward pass."""
    params = [Layer(W.copy(), b.copy()) for W, b in params]
    for start in range(0, len(shuffled), batch):
        chosen = shuffled[start : start + batch]
        signals = forward(params, DATA.x[chosen], activation)
        back = backward(params, signals, DATA.y[chosen], activation)
        for layer, (W, b) in enumerate(params):
            W -= rate * back.weight[layer]
            b -= rate * back.bias[layer]
    return params


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_net_trains_as_it_would_alone_by_hand(activation):
    rates = np.array([0.01, 0.1, 0.5])
    history = train(
        PARAMS, activation, DATA, HELD_OUT, rates, order(), epochs=1, batch=8, dtype=torch.float64
    )
    shuffled = torch.rand(3, 30, generator=order()).argsort(dim=1).numpy()
    for i, rate in enumerate(rates):
        start = [Layer(W[i], b[i]) for W, b in PARAMS]
        end = by_hand(start, activation, rate, shuffled[i], 8)
        answers = forward(end, HELD_OUT.x, activation).z[-1].argmax(axis=1)
        assert history.accuracy[i, 0] == pytest.approx((answers == HELD_OUT.y).mean())
        moved = [np.linalg.norm(e.W - s.W) / np.linalg.norm(s.W)
                 for s, e in zip(start, end, strict=True)]  # fmt: skip
        np.testing.assert_allclose(history.change[i, 0], moved, rtol=1e-5)


def test_same_generator_same_history_and_parameters_untouched():
    before = [layer.W.copy() for layer in PARAMS]
    global_state = torch.get_rng_state()
    one, two = (train(PARAMS, "tanh", DATA, HELD_OUT, [0.1] * 3, order(), 2, 10) for _ in range(2))
    np.testing.assert_array_equal(one.change, two.change)
    assert one.accuracy.shape == (3, 2)
    assert one.change.shape == (3, 2, 3)
    for layer, W in zip(PARAMS, before, strict=True):
        np.testing.assert_array_equal(layer.W, W)
    assert torch.equal(global_state, torch.get_rng_state())


def test_diverged_net_counts_as_guessing_and_leaves_the_others_alone():
    rates = np.array([0.1, 1e30, 0.1])
    history = train(PARAMS, "relu", DATA, HELD_OUT, rates, order(), epochs=3, batch=10)
    calm = train(PARAMS, "relu", DATA, HELD_OUT, [0.1] * 3, order(), epochs=3, batch=10)
    assert history.diverged.tolist() == [False, True, False]
    np.testing.assert_allclose(history.accuracy[1], 1 / 3)
    np.testing.assert_array_equal(history.accuracy[[0, 2]], calm.accuracy[[0, 2]])


def test_threads_are_given_back_even_after_an_error():
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    with pytest.raises(ZeroDivisionError), one_thread():
        1 / 0  # noqa: B018
    assert torch.get_num_threads() == before


def test_jobs_come_back_in_order_and_errors_come_out():
    assert list(in_parallel(lambda job: job**2, [3, 1, 2], "squares")) == [9, 1, 4]
    with pytest.raises(ZeroDivisionError):
        list(in_parallel(lambda job: 1 / job, [1, 0], "inverses"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rates": [0.1, 0.1]}, "one positive rate per net"),
        ({"rates": [0.1, 0.0, 0.1]}, "one positive rate per net"),
        ({"epochs": 0}, "epochs >= 1"),
        ({"batch": 31}, "batch <= 30"),
        ({"activation": "step"}, "unknown activation 'step'; allowed: logistic"),
    ],
)
def test_bad_settings_are_refused(options, message):
    good = {"activation": "tanh", "rates": [0.1] * 3}
    with pytest.raises(ValueError, match=message):
        train(PARAMS, data=DATA, held_out=HELD_OUT, generator=order(), **{**good, **options})


def test_nets_that_choose_the_rate_are_not_the_nets_that_are_reported():
    tuning, reported = (
        draw_nets(2, 8, ("standard", "he"), seeds_of(role, 2, 2)) for role in (TUNING, REPORTED)
    )
    assert tuning[0].W.shape == (4, 8, 64)
    assert not np.isin(tuning[0].W, reported[0].W).any()


SMALL = AccuracyByDepth(
    (Case("tanh", ("standard", "normalized"), (0.001, 0.3)),), (1, 2), 8, 3, 20, 3, 2
)


def test_accuracy_by_depth_chooses_the_rate_that_learns_and_reports_other_nets():
    found = SMALL.compute()
    assert found["accuracy"].shape == (1, 2, 2, 3)
    assert found["tuning"].shape == (1, 2, 2, 2, 2)
    assert (found["rate"] == 0.3).all()
    assert (found["accuracy"] > 0.7).all()
    assert np.isnan(found["change"][0, :, 0, :, 2]).all()
    assert np.isfinite(found["change"][0, :, 1]).all()


def test_test_set_takes_no_part_in_tuning(monkeypatch):
    from helpers.learning import depth as module

    split = module.digits()
    wrong = Examples(split.test.x, (split.test.y + 1) % 10)
    shifted = type(split)(split.train, split.validation, wrong)
    before = SMALL.compute()
    monkeypatch.setattr(module, "digits", lambda: shifted)
    after = SMALL.compute()
    np.testing.assert_array_equal(before["rate"], after["rate"])
    np.testing.assert_array_equal(before["tuning"], after["tuning"])
    assert (before["accuracy"] > after["accuracy"] + 0.5).all()


def test_time_lapse_fills_its_arrays():
    case = Case("logistic", ("standard", "normalized"), (1.0,))
    found = TimeLapse((case,), (1, 3), width=8, epochs=2, seeds=2).compute()
    assert found["change"].shape == (1, 2, 2, 2, 2, 4)
    assert found["accuracy"].shape == (1, 2, 2, 2, 2)
    assert np.isnan(found["change"][:, :, 0, ..., 2:]).all()
    assert (found["change"][:, :, 1] > 0).all()


def test_ratio_takes_the_last_layer_that_is_there():
    change = np.array([[1.0, 2.0, 4.0], [3.0, 6.0, np.nan]])
    np.testing.assert_allclose(first_to_last(change), [0.25, 0.5])
