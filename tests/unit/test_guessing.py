"""Random weight guessing: the vectorised search against a plain loop, and its statistics."""

import numpy as np
import pytest

from helpers.learning.guessing import LATCHES, Guessing

SHORT = {"shortest": 20, "longest": 25, "sequences": 10}


def plain(settings, run):
    """Trials of one run, one net and one sequence at a time."""
    rng = np.random.default_rng([0, run])
    noise = rng.standard_normal((settings.longest, settings.sequences), dtype=np.float32)
    noise *= np.float32(settings.noise_variance**0.5)
    length = rng.integers(settings.shortest, settings.longest + 1, settings.sequences)
    draw = np.random.default_rng([1, run])
    for trial in range(1, 10_000):
        w, second, third = draw.uniform(-1, 1, 3) * settings.weight_range
        right = 0
        for s in range(settings.sequences):
            label = 1 - 2 * (s % 2)
            u, b, start = second, third, label
            if settings.task == "latch I":
                u, b, start = 1.0, 0.0, second if label > 0 else third
            state = np.tanh(u * start + b)
            for t in range(1, length[s]):
                state = np.tanh(w * state + u * noise[t, s] + b)
            right += state * label > 0
        if right == settings.sequences:
            return trial
    return 0


@pytest.mark.parametrize("task", LATCHES)
def test_trials_are_those_of_a_plain_loop(task):
    settings = Guessing(task, seeds=4, block=8, **SHORT)
    found = settings.compute()
    assert list(found["trials"]) == [plain(settings, run) for run in range(4)]
    assert found["weights"].shape == (4, 3)
    assert found["test_errors"].shape == (4,)


def test_a_run_depends_neither_on_the_others_nor_on_the_block():
    six = Guessing("latch II", seeds=6, **SHORT).compute()
    one = Guessing("latch II", first=5, seeds=1, block=7, **SHORT).compute()
    assert one["trials"][0] == pytest.approx(six["trials"][5])


def test_without_noise_every_net_with_the_right_signs_solves_latch_one():
    found = Guessing(seeds=300, noise_variance=0.0, **SHORT).compute()
    assert found["trials"].mean() == pytest.approx(8, abs=1.3)  # three signs: 1 net in 8
    w, first, second = found["weights"].T
    assert (w > 0).all()
    assert (first > 0).all()
    assert (second < 0).all()
    assert not found["test_errors"].any()


def test_runs_that_find_nothing_say_so():
    found = Guessing(criterion="error", seeds=2, most_trials=50, **SHORT).compute()
    assert not found["trials"].any()  # a saturated unit is never within 0.1 of 0.8
    assert np.isnan(found["test_errors"]).all()
    assert np.isnan(found["weights"]).all()


def test_trials_stop_at_the_most_allowed():
    free = Guessing("latch II", seeds=20, **SHORT).compute()["trials"]
    most = int(np.median(free))
    capped = Guessing("latch II", seeds=20, most_trials=most, **SHORT).compute()["trials"]
    np.testing.assert_array_equal(capped, np.where(free <= most, free, 0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task": "latch III"}, "unknown task 'latch III'; allowed: latch I, latch II"),
        ({"criterion": "mse"}, "unknown criterion 'mse'; allowed: sign, error"),
        ({"sequences": 9}, "an even number of sequences"),
        ({"longest": 10}, "1 <= shortest <= longest"),
        ({"seeds": 0}, "seeds, block, most_trials >= 1"),
        ({"noise_variance": -1.0}, "noise_variance >= 0"),
        ({"weight_range": np.inf}, "weight_range > 0"),
    ],
)
def test_bad_settings_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Guessing(**change)
