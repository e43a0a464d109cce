import numpy as np
import pytest

from helpers.book import exercises


def resting_factor(weight):
    z = 5.0
    for _ in range(10_000):
        z = weight * np.tanh(z)
    return (1 - np.tanh(z) ** 2) * weight


CHECKS = {
    "relu_factor": (lambda gain: gain / np.sqrt(2), lambda gain: 1),
    "resting_factor": (resting_factor, lambda weight: 1),
    "path_count": (
        lambda W, q, u, v: np.linalg.matrix_power((W != 0).astype(int), q)[u, v],
        lambda W, q, u, v: 0,
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_solution_passes_and_the_stub_does_not(name, capsys):
    right, stub = CHECKS[name]
    check = getattr(exercises, f"check_{name}")
    check(right)
    assert capsys.readouterr().out.startswith("Right")
    check(stub)
    assert capsys.readouterr().out.startswith("Not yet")


def test_critical_gain(capsys):
    exercises.check_critical_gain("relu", np.sqrt(2))
    exercises.check_critical_gain("relu", 1)
    exercises.check_critical_gain("relu", 2)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Right")
    assert "vanishes" in said[1]
    assert "explodes" in said[2]
