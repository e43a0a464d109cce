"""Results at paper scale: whole, resumable, checked, and what the code still gives."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from helpers.learning import paper, paper_results
from helpers.learning.guessing import Guessing
from helpers.learning.latching import Latching
from helpers.learning.paper import ENTRIES, Entry

SMALL = Guessing(seeds=5, shortest=20, longest=25, sequences=10)
ENTRY = Entry("small", "02", SMALL, 2, "a claim")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(ENTRIES, "small", ENTRY)
    return tmp_path / "paper"


def test_parts_give_what_one_run_gives(folder):
    result = paper.compute(ENTRY, folder)
    for name, array in SMALL.compute().items():
        np.testing.assert_array_equal(result.values[name], array)
    assert result.seeds == [0, 1, 2, 3, 4]
    assert result.experiment == "helpers.learning.guessing.Guessing"
    assert result.settings["task"] == "latch I"
    assert set(result.machine) == {"cpu", "cores", "os"}
    assert {"python", "numpy"} <= set(result.packages)
    assert not paper.stale("small", folder)
    assert not list((folder.parent / "cache" / "paper").iterdir())


def test_numbers_that_are_not_finite_come_back(folder):
    entry = replace(ENTRY, settings=replace(SMALL, criterion="error", most_trials=5))
    result = paper.compute(entry, folder)
    assert np.isnan(result.values["test_errors"]).all()
    assert result.values["weights"].shape == (5, 3)
    assert "NaN" not in paper.result_file(entry, folder).read_text(encoding="utf-8")


CHILD = """
import sys, time
from pathlib import Path
from helpers.learning import paper
from helpers.learning.guessing import Guessing
from dataclasses import replace
whole = Guessing.compute
def slowly(self):
    time.sleep(0.3)
    return whole(self)
Guessing.compute = slowly
settings = Guessing(seeds=5, shortest=20, longest=25, sequences=10)
paper.compute(paper.Entry("small", "02", settings, 1, "a claim"), Path(sys.argv[1]))
"""


def test_a_killed_run_goes_on_where_it_was(folder):
    entry = replace(ENTRY, chunk=1)
    environment = os.environ | {"HELPERS_QUIET": "1"}
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], env=environment)
    parts = folder.parent / "cache" / "paper"
    deadline = time.monotonic() + 60
    while len(list(parts.glob("*/*.npz"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    child.kill()
    child.wait()
    kept = {path: path.stat().st_mtime_ns for path in parts.glob("*/*.npz")}
    assert 2 <= len(kept) < 5
    assert not paper.result_file(entry, folder).exists()
    computed = []

    class Counted(Guessing):
        def compute(self):
            computed.append(self.first)
            return super().compute()

    places = paper.parts_folder(entry)
    for path in kept:
        assert path.parent == places
    counted = Counted(**{name: getattr(SMALL, name) for name in SMALL.__dataclass_fields__})
    again = [
        paper.part(replace(counted, first=seed, seeds=1), places / f"{seed}.npz")[0]
        for seed in range(5)
    ]
    assert computed == list(range(len(kept), 5))
    trials = np.concatenate([arrays["trials"] for arrays in again])
    np.testing.assert_array_equal(trials, SMALL.compute()["trials"])
    np.testing.assert_array_equal(paper.compute(entry, folder).values["trials"], trials)


def test_a_damaged_part_is_computed_again(folder):
    place = folder / "0.npz"
    whole, _ = paper.part(SMALL, place)
    place.write_bytes(place.read_bytes()[:-100])
    np.testing.assert_array_equal(paper.part(SMALL, place)[0]["trials"], whole["trials"])


def damage(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["values"]["trials"].__setitem__(0, 1000),
        lambda content: content.update(seconds=1e9),
        lambda content: content.update(date=3),
        lambda content: content.pop("machine"),
        lambda content: content.update(note="added"),
    ],
)
def test_an_edited_file_is_refused(folder, change):
    paper.compute(ENTRY, folder)
    damage(paper.result_file(ENTRY, folder), change)
    with pytest.raises(ValueError, match=r"small\.json was cut off or edited by hand"):
        paper.load("small", folder)


def test_a_file_that_was_cut_off_is_refused(folder):
    path = paper.result_file(ENTRY, folder)
    paper.compute(ENTRY, folder)
    for kept in (0, 10, 300):
        path.write_bytes(path.read_bytes()[:kept])
        with pytest.raises(ValueError, match="cut off or edited by hand; restore it, or delete"):
            paper.load("small", folder)


def test_what_is_missing_or_unknown_says_so(folder):
    with pytest.raises(FileNotFoundError, match=r"small\.json has not been computed; run `make"):
        paper.load("small", folder)
    with pytest.raises(ValueError, match="unknown paper-scale result 'x'; allowed: latch-1-gues"):
        paper.load("x", folder)


def test_changed_code_or_settings_make_a_result_stale(folder, monkeypatch):
    paper.compute(ENTRY, folder)
    monkeypatch.setitem(ENTRIES, "small", replace(ENTRY, settings=replace(SMALL, seeds=4)))
    assert paper.stale("small", folder)
    monkeypatch.setitem(ENTRIES, "small", ENTRY)
    monkeypatch.setattr(paper, "source_hash", lambda module: "another")
    assert paper.stale("small", folder)


def test_the_hash_counts_what_computes_alone():
    latching = paper_results.source_hash("helpers.learning.latching")
    assert latching != paper_results.source_hash("helpers.learning.guessing")
    assert len(latching) == 64


def test_list_runs_nothing(folder, capsys, monkeypatch):
    monkeypatch.setattr(paper, "compute", lambda entry: pytest.fail("ran"))
    paper.main(["--list", "--chapter", "02"])
    shown = capsys.readouterr().out
    assert all(id in shown for id in ENTRIES)
    with pytest.raises(SystemExit):
        paper.main(["--chapter", "99"])


@pytest.mark.parametrize("id", ENTRIES)
def test_a_stored_result_is_what_the_code_gives(id):
    if not paper.result_file(ENTRIES[id]).exists():
        pytest.skip("not computed")
    stored, fresh = paper.rerun_one(id)
    for name, array in stored.items():
        if name == "needed":  # checked every 200 sequences; other processors round otherwise
            np.testing.assert_allclose(fresh[name], array, atol=400)
        else:
            np.testing.assert_allclose(fresh[name], array, rtol=1e-6)
    assert isinstance(ENTRIES[id].settings, Guessing | Latching)
