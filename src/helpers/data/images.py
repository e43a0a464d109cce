"""Images that ship with Python packages; nothing is downloaded. Introduced in chapter 1."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

DIGITS, PIXELS, CLASSES = 1797, 64, 10


class Examples(NamedTuple):
    """Inputs x (n, features) as float64 and class numbers y (n,) as int64."""

    x: NDArray[np.float64]
    y: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Split:
    """Three disjoint parts: to train on, to choose settings with, to report."""

    train: Examples
    validation: Examples
    test: Examples


@cache
def digits(seed: int = 0, train: int = 1000, validation: int = 397) -> Split:
    """Handwritten digits, 1797 images of 8x8 pixels, split at random by image.

    43 people wrote them (Alpaydin and Kaynak 1998). The set that scikit-learn ships does not say
    who wrote which digit, so one writer's digits can stand on both sides of the split; test
    accuracies are those for new images, not for new writers.

    Parameters
    ----------
    seed : seeds the generator of the split.
    train, validation : number of images; the rest, 400 by default, is the test set.

    Returns
    -------
    Split
        x has zero mean at every pixel of the training set, and unit variance on average over
        its pixels. The arrays are read-only.

    Raises
    ------
    ValueError
        If a part would be empty, the seed is negative, or the shipped data is not as expected.
    """
    if train < 1 or validation < 1 or train + validation >= DIGITS:
        raise ValueError(
            f"train and validation must be positive with a sum below {DIGITS}, "
            f"got {train} and {validation}"
        )
    images, labels = load_digits(return_X_y=True)
    if images.shape != (DIGITS, PIXELS) or set(labels) != set(range(CLASSES)):
        raise ValueError(f"expected {DIGITS} digits of {PIXELS} pixels, got {images.shape}")
    order = np.random.default_rng(seed).permutation(DIGITS)
    parts = np.split(order, [train, train + validation])
    mean = images[parts[0]].mean(axis=0)
    scale = np.sqrt(((images[parts[0]] - mean) ** 2).mean())
    return Split(*(_frozen((images[part] - mean) / scale, labels[part]) for part in parts))


def _frozen(x: NDArray, y: NDArray) -> Examples:
    x, y = x.astype(np.float64), y.astype(np.int64)
    x.flags.writeable = y.flags.writeable = False
    return Examples(x, y)
