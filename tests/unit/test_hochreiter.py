"""The claims of Hochreiter's analysis hold on small versions of the experiments."""

import numpy as np
import pytest

from helpers.measure.error_flow import one_unit
from helpers.measure.flow_map import ErrorFlowMap
from helpers.measure.hochreiter import BoundLooseness, RateRatio, ThreeWays, unfolded
from helpers.nets.rnn import backward


def test_three_ways_agree():
    found = ThreeWays(nets=10, lags=(1, 4)).compute()
    assert found["difference"].shape == (10,)
    assert found["difference"].max() < 1e-10
    np.testing.assert_array_equal(found["paths"], found["n"] ** (found["lag"] - 1))
    assert np.isnan(found["autograd"][0, 2:]).all()  # two units only


def test_the_factor_depends_on_the_order_of_the_indices():
    found = ThreeWays(nets=4).compute()
    assert not np.allclose(found["path_sum"][1], found["path_sum"][1].T)


def test_bound_holds_and_grows_looser_with_the_lag():
    found = BoundLooseness(sizes=(2, 8), nets=50, lags=(1, 5, 25)).compute()
    loose = found["bound"] - found["factor"]
    assert loose.shape == (2, 50, 3)
    assert loose.min() >= 0
    assert (np.diff(np.median(loose, axis=1), axis=1) > 0).all()


def test_below_four_no_logistic_unit_amplifies_and_four_is_tight():
    z = np.linspace(-10, 10, 2001)
    assert one_unit(np.nextafter(4.0, 0), z, 1).max() < 1
    assert one_unit(4.0, z, 1).max() == 1
    assert one_unit(np.nextafter(4.0, 5), z, 1).max() > 1


def test_rate_leaves_the_ratio_of_lags_alone():
    found = RateRatio(nets=5).compute()
    assert found["ratio"].shape == (4, 5, 5)
    assert found["change"].max() < 1e-12
    assert found["ratio"][..., 0] == pytest.approx(1)
    assert found["ratio"][..., -1].max() < 1e-3


def test_map_holds_what_each_net_gives_alone():
    small = ErrorFlowMap(("tanh",), (1,), (1.0, 2.0), (1, 3), nets=2)
    flow = small.compute()["flow"]
    assert flow.shape == (1, 1, 2, 2, 2)
    linear = ErrorFlowMap(("linear",), (1,), (2.0, 4.0), (1, 3), nets=2).compute()["flow"]
    doubled = linear[0, 0, 1] - linear[0, 0, 0]
    np.testing.assert_allclose(doubled, np.log10(2) * np.array([[1, 3]] * 2))


def test_unfolded_nets_can_be_back_propagated():
    params, signals = unfolded(np.random.default_rng(0), 3, 4, "tanh")
    assert backward(params, signals, signals.h[-1], "tanh").delta.shape == (4, 1, 3)
