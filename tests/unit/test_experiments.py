"""The cache: right, keyed by settings and code, and safe against kills and damage."""

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from helpers.learning import experiments
from helpers.learning.experiments import (
    UNREADABLE,
    Experiment,
    cache_file,
    load,
    progress,
    run,
    save,
)

SOURCE = Path(experiments.__file__).parents[2]
KILLS = 15

# A child that does nothing but write one result over and over: any kill lands in a write.
WRITER = """
import sys, numpy as np
from pathlib import Path
from helpers.learning.experiments import save
count = 0
while True:
    save(Path(sys.argv[1]), {"a": np.full(200_000, count), "b": np.full(200_000, -count)}, 1.0)
    count += 1
    print(count, flush=True)
"""


@dataclass(frozen=True)
class Squares(Experiment):
    count: int = 4
    name: str = "n"

    def compute(self):
        calls.append(self)
        return {"squares": np.arange(self.count) ** 2, "empty": np.empty((0, 3)), "half": 0.5}


calls: list[Squares] = []


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path))
    calls.clear()
    return tmp_path


def same(one, two):
    assert one.keys() == two.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])


def test_second_run_reads_what_the_first_computed():
    first, second = run(Squares()), run(Squares())
    assert (first.cached, second.cached, len(calls)) == (False, True, 1)
    assert first.seconds == second.seconds > 0
    assert second.settings == Squares()
    same(first.arrays, second.arrays)
    assert second.arrays["half"].shape == ()


def test_other_settings_are_another_result():
    assert run(Squares(3)).arrays["squares"].size == 3
    assert run(Squares(5)).arrays["squares"].size == 5
    assert cache_file(Squares(5, "m")) != cache_file(Squares(5))


def test_other_code_is_another_result(monkeypatch):
    before = cache_file(Squares())
    monkeypatch.setattr(experiments, "code_hash", lambda module: f"not that of {module}")
    assert cache_file(Squares()) != before


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_truncated_file_is_computed_again_with_a_warning(share):
    whole = run(Squares())
    path = cache_file(Squares())
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.warns(UserWarning, match=r"computing Squares.*again: unreadable"):
        again = run(Squares())
    assert not again.cached
    same(whole.arrays, again.arrays)
    assert run(Squares()).cached


def test_no_damaged_byte_ever_changes_a_result():
    whole = run(Squares()).arrays
    path = cache_file(Squares())
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            arrays, _ = load(path)
        except UNREADABLE:
            continue
        same(whole, arrays)  # a byte that means nothing, such as the date


def test_killed_in_the_middle_of_a_write_leaves_a_whole_file_or_none(own_cache):
    path, wait = own_cache / "result.npz", random.Random(0)
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    for _ in range(KILLS):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as child:
            child.stdout.readline()
            time.sleep(wait.uniform(0.0, 0.03))
            child.kill()
        arrays, seconds = load(path)
        assert seconds == 1.0
        assert arrays["a"].shape == arrays["b"].shape == (200_000,)
        assert (arrays["a"] == arrays["a"][0]).all()
        assert (arrays["b"] == -arrays["a"][0]).all()
    assert list(own_cache.glob("*.tmp")), "no kill landed in a write: the test shows nothing"


def test_left_over_files_go_after_a_day(own_cache):
    old, fresh = own_cache / "old.tmp", own_cache / "fresh.tmp"
    old.touch()
    fresh.touch()
    os.utime(old, (time.time() - 2 * 24 * 3600,) * 2)
    run(Squares())
    assert (old.exists(), fresh.exists()) == (False, True)


@pytest.mark.parametrize(("name", "array"), [("o", np.array([{}])), (1, np.zeros(2))])
def test_objects_and_other_names_are_refused(name, array, own_cache):
    with pytest.raises(ValueError, match=f"array {name!r}: needed are a string and numbers"):
        save(own_cache / "x.npz", {"fine": np.zeros(2), name: array}, 0.0)
    assert not list(own_cache.iterdir())


def test_no_name_of_an_array_is_taken(own_cache):
    arrays = {name: np.array([i]) for i, name in enumerate(("names", "seconds", "file", "array0"))}
    save(own_cache / "x.npz", arrays, 2.5)
    found, seconds = load(own_cache / "x.npz")
    same(arrays, found)
    assert (list(found), seconds) == (list(arrays), 2.5)


@dataclass(frozen=True)
class Objects(Experiment):
    def compute(self):
        return {"o": np.array([{}])}


def test_what_cannot_be_kept_is_returned_with_a_warning():
    with pytest.warns(UserWarning, match=r"Objects-.*is not kept: array 'o'"):
        assert not run(Objects()).cached


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt])
def test_a_write_that_fails_leaves_nothing_behind(error, own_cache, monkeypatch):
    def fail(_file):
        raise error

    monkeypatch.setattr(experiments.os, "fsync", fail)
    with pytest.raises(error if isinstance(error, type) else OSError):
        save(own_cache / "x.npz", {"a": np.zeros(2)}, 0.0)
    assert not list(own_cache.iterdir())


def test_results_unused_for_a_month_go_and_other_files_stay(own_cache):
    run(Squares(2))
    run(Squares(3))
    (own_cache / "notes.npz").touch()
    for path in own_cache.iterdir():
        os.utime(path, (time.time() - 40 * 24 * 3600,) * 2)
    assert run(Squares(3)).cached  # used now
    run(Squares(4))
    kept = {path.name for path in own_cache.iterdir()}
    assert kept == {"notes.npz", cache_file(Squares(3)).name, cache_file(Squares(4)).name}


def test_cache_stands_in_the_project_by_default(monkeypatch):
    monkeypatch.delenv("HELPERS_CACHE")
    assert experiments.cache_folder().name == ".cache"
    assert (experiments.cache_folder().parent / "pyproject.toml").exists()


@pytest.mark.parametrize("quiet", ["1", ""])
def test_progress_never_prints_to_standard_output(quiet, monkeypatch, capsys):
    monkeypatch.setenv("HELPERS_QUIET", quiet)
    assert progress([], "steps").disable is bool(quiet)
    assert list(progress(range(3), "steps")) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_base_class_asks_for_compute():
    with pytest.raises(NotImplementedError):
        Experiment().compute()
