"""Nets that have not learned yet, drawn for the digits. Introduced in chapter 1."""

from collections.abc import Iterable
from itertools import product

import numpy as np

from helpers.data.images import CLASSES, PIXELS
from helpers.nets.mlp import Layer, init, stack


def draw_nets(
    depth: int,
    width: int,
    schemes: Iterable[str],
    seeds: Iterable[int | tuple[int, ...]],
    gain: float = 1.0,
) -> list[Layer]:
    """Nets 64 - width x depth - 10, scheme by scheme and seed by seed along the leading dimension.

    Parameters
    ----------
    schemes : names in `helpers.nets.mlp.INITIALIZATIONS`.
    seeds : seeds of `numpy.random.default_rng`, one generator for each net.
    gain : factor on every weight.

    Raises
    ------
    ValueError
        If depth or width is below 1, or there is no scheme or no seed.
    """
    if min(depth, width) < 1:
        raise ValueError(f"depth and width must be >= 1, got {depth} and {width}")
    sizes = (PIXELS, *[width] * depth, CLASSES)
    drawn = [
        init(sizes, np.random.default_rng(seed), scheme, gain)
        for scheme, seed in product(schemes, seeds)
    ]
    if not drawn:
        raise ValueError("one or more schemes and seeds are needed, got none")
    return stack(drawn)
