"""The digits: whole, disjoint, standardized, and the same every time."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from helpers.data import images
from helpers.data.images import digits


def test_parts_are_disjoint_and_together_all_images():
    split = digits()
    assert [len(part.y) for part in (split.train, split.validation, split.test)] == [1000, 397, 400]
    raw, labels = load_digits(return_X_y=True)
    together = np.concatenate([split.train.x, split.validation.x, split.test.x])
    order = np.random.default_rng(0).permutation(1797)
    scale = np.ptp(raw[order] - raw[order][:1000].mean(0)) / np.ptp(together)
    np.testing.assert_allclose(together * scale + raw[order][:1000].mean(0), raw[order], atol=1e-9)
    found = np.concatenate([split.train.y, split.validation.y, split.test.y])
    np.testing.assert_array_equal(found, labels[order])


def test_only_the_training_set_sets_mean_and_scale():
    split = digits()
    np.testing.assert_allclose(split.train.x.mean(axis=0), 0, atol=1e-12)
    assert (split.train.x**2).mean() == pytest.approx(1)
    assert abs((split.test.x**2).mean() - 1) > 1e-6


def test_split_depends_on_the_seed_only():
    images.digits.cache_clear()
    first = digits(3).train.y.copy()
    images.digits.cache_clear()
    np.testing.assert_array_equal(first, digits(3).train.y)
    assert (digits(4).train.y != first).any()


def test_every_class_is_in_every_part():
    for part in (digits().train, digits().validation, digits().test):
        assert set(part.y) == set(range(10))


def test_arrays_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        digits().train.x[0, 0] = 1.0


@pytest.mark.parametrize(("train", "validation"), [(0, 10), (10, 0), (1400, 397), (-5, 5)])
def test_impossible_parts_are_refused(train, validation):
    with pytest.raises(ValueError, match="below 1797"):
        digits(0, train, validation)


def test_negative_seed_is_refused():
    with pytest.raises(ValueError, match="non-negative"):
        digits(-1)


def test_damaged_data_is_refused(monkeypatch):
    monkeypatch.setattr(images, "load_digits", lambda **_: (np.zeros((5, 64)), np.zeros(5)))
    images.digits.cache_clear()
    with pytest.raises(ValueError, match="expected 1797 digits"):
        digits(0)
    images.digits.cache_clear()
