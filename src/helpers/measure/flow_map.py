"""Error flow by number of units, gain, activation and lag, in random nets. Introduced in chapter 2.

The nets run freely on random inputs; the slopes are those of the states that they reach, so that
saturation counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.learning.experiments import Experiment, progress
from helpers.measure.error_flow import error_flow, slopes_back
from helpers.nets.rnn import forward, init

INPUTS = 2


@dataclass(frozen=True)
class ErrorFlowMap(Experiment):
    """Size of J_q for every activation, number of units, gain and lag.

    W is gain * N(0, 1/n) at every gain the same numbers; inputs are N(0, 1) times `drive`. The
    error travels back from step T, after `warm_up` steps or more.

    compute() returns
        flow (activations, units, gains, nets, lags) : log10 of the size of J_q, in the `norm`.
    """

    activations: tuple[str, ...] = ("logistic", "tanh", "relu", "linear")
    units: tuple[int, ...] = (1, 5, 20, 50)
    gains: tuple[float, ...] = (0.25, 0.5, 0.7, 1.0, 1.4142, 2.0, 2.8284, 4.0, 5.7, 8.0, 16.0)
    lags: tuple[int, ...] = (*range(1, 21), 25, 30, 40, 50, 70, 100)
    nets: int = 20
    drive: float = 1.0
    warm_up: int = 20
    norm: str = "rms"

    def compute(self) -> dict[str, NDArray]:
        """Unfold all nets of one size and activation at once, at every gain."""
        gains = np.array(self.gains)[:, None, None, None]
        shape = (len(self.activations), len(self.units), len(self.gains), self.nets)
        flow = np.empty((*shape, len(self.lags)))
        at = np.array(self.lags) - 1
        for j, n in enumerate(progress(self.units, "error flow")):
            rng = np.random.default_rng([3, n])
            params = init(n, INPUTS, rng, nets=(1, self.nets))
            steps = max(self.lags) + self.warm_up
            x = self.drive * rng.standard_normal((steps, 1, self.nets, 1, INPUTS))
            params = params._replace(W=gains * params.W)
            for i, activation in enumerate(self.activations):
                signals = forward(params, x, activation)
                slopes = slopes_back(signals, activation, max(self.lags))[:, :, 0]
                flow[i, j] = error_flow(params.W, slopes, self.norm)[..., at]
        return {"flow": flow}
