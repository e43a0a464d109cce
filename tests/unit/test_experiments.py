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
    monkeypatch.setattr(experiments, "code_hash", lambda: "something else")
    assert cache_file(Squares()) != before


def test_code_hash_covers_the_lower_floors_only(monkeypatch, tmp_path):
    def hashed():
        experiments.code_hash.cache_clear()
        return experiments.code_hash()

    monkeypatch.setattr(experiments, "PACKAGE", tmp_path)
    for floor in ("data", "nets", "learning", "measure", "book"):
        (tmp_path / floor).mkdir()
        (tmp_path / floor / "x.py").write_text("1")
    first = hashed()
    (tmp_path / "book" / "x.py").write_text("2")
    assert hashed() == first
    (tmp_path / "nets" / "x.py").write_text("2")
    assert hashed() != first
    experiments.code_hash.cache_clear()


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


def test_pickles_are_refused(own_cache):
    save(own_cache / "x.npz", {"o": np.array([{}], dtype=object)}, 0.0)
    with pytest.raises(ValueError, match="allow_pickle"):
        load(own_cache / "x.npz")


def test_cache_stands_in_the_project_by_default(monkeypatch):
    monkeypatch.delenv("HELPERS_CACHE")
    assert experiments.cache_folder().name == ".cache"
    assert (experiments.cache_folder().parent / "pyproject.toml").exists()


@pytest.mark.parametrize("host", ["site", "text", ""])
def test_progress_never_prints_to_standard_output(host, monkeypatch, capsys):
    monkeypatch.setenv("HELPERS_HOST", host)
    assert list(progress(range(3), "steps")) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_base_class_asks_for_compute():
    with pytest.raises(NotImplementedError):
        Experiment().compute()
