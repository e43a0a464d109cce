"""Run the papers' own settings and trial counts: `make paper`. Introduced in chapter 2.

An entry is an experiment over many seeds, computed a few at a time. Every part is kept as soon as
it is done, so that a run that was killed goes on where it was; when all are there, the result is
written to book/data/paper/<id>.json. What is there already, by this code, is not computed again.
"""

import argparse
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from helpers.learning.experiments import (
    UNREADABLE,
    Experiment,
    cache_file,
    cache_folder,
    progress,
)
from helpers.learning.experiments import load as load_part
from helpers.learning.experiments import save as save_part
from helpers.learning.guessing import Guessing
from helpers.learning.latching import Latching
from helpers.learning.paper_results import (
    FOLDER,
    PaperResult,
    plain_settings,
    read,
    source_hash,
    write,
)
from helpers.nets.mlp import lookup


def first_seed(settings: Experiment, values: dict) -> tuple[Experiment, dict[str, NDArray]]:
    """Pick the first seed, and what is stored for it."""
    return replace(settings, seeds=1), {name: array[:1] for name, array in values.items()}


def fastest_net(settings: Latching, values: dict) -> tuple[Experiment, dict[str, NDArray]]:
    """Pick the net that learned in the fewest sequences, and what is stored for it."""
    place = np.where(values["needed"] > 0, values["needed"], np.inf).argmin()
    seed, i, lag = (int(k) for k in np.unravel_index(place, values["needed"].shape))
    alone = replace(
        settings, first=settings.first + seed, seeds=1, trainings=(settings.trainings[i],),
        rates=((float(values["rate"][seed, i, lag]),),), lags=(settings.lags[lag],),
    )  # fmt: skip
    return alone, {name: array[seed, i, lag].reshape(1, 1, 1) for name, array in values.items()}


@dataclass(frozen=True)
class Entry:
    """What to run: an experiment with the fields `first` and `seeds`, `chunk` seeds at a time.

    `claim` says what it shows; `sample` picks a small part, and what is stored for it, that a
    test computes again. `needs` names what this machine cannot give ("a GPU"): then it is left out.
    """

    id: str
    chapter: str
    settings: Experiment
    chunk: int
    claim: str
    sample: Callable = first_seed
    needs: str = ""


LONG_LAGS = Latching(lags=(10, 30, 100), seeds=30, budget=30_000)

ENTRIES = {
    entry.id: entry
    for entry in (
        Entry(
            "latch-1-guessing", "02", Guessing("latch I", seeds=1000), 50,
            "random guessing solves latch I in 6 trials on average (schmidhuber2001guessing)",
        ),
        Entry(
            "latch-2-guessing", "02", Guessing("latch II", seeds=1000), 50,
            "random guessing solves latch II in 22 trials on average (schmidhuber2001guessing)",
        ),
        Entry(
            "latch-2-guessing-less-noise", "02",
            Guessing("latch II", seeds=1000, noise_variance=0.04), 50,
            "the same with noise of standard deviation 0.2, should that be what 0.2 stands for",
        ),
        Entry(
            "latching-long-lags", "02", LONG_LAGS, 15,
            "gradient descent fails to latch over long lags (bengio1994)", fastest_net,
        ),
    )
}  # fmt: skip


def result_file(entry: Entry, folder: Path = FOLDER) -> Path:
    """Path of an entry's result."""
    return folder / f"{entry.id}.json"


def parts_folder(entry: Entry) -> Path:
    """Folder of an entry's parts: another one for other settings or other code."""
    return cache_folder() / "paper" / cache_file(entry.settings).stem


def compute(entry: Entry, folder: Path = FOLDER) -> PaperResult:
    """Run the parts of an entry that are not there yet, write the result and return it."""
    settings = entry.settings
    places = parts_folder(entry)
    starts = range(settings.first, settings.first + settings.seeds, entry.chunk)
    parts = []
    for start in progress(starts, entry.id):
        count = min(entry.chunk, settings.first + settings.seeds - start)
        parts.append(part(replace(settings, first=start, seeds=count), places / f"{start}.npz"))
    values = {name: np.concatenate([part[0][name] for part in parts]) for name in parts[0][0]}
    about = {"id": entry.id, "chapter": entry.chapter, "claim": entry.claim}
    path = result_file(entry, folder)
    write(path, about, settings, values, sum(seconds for _, seconds in parts))
    shutil.rmtree(places, ignore_errors=True)
    return read(path)


def part(settings: Experiment, path: Path) -> tuple[dict[str, NDArray], float]:
    """Return the arrays and seconds of some seeds: kept ones if they are whole, else new ones."""
    if path.exists():
        try:
            return load_part(path)
        except UNREADABLE:
            path.unlink()
    start = time.perf_counter()
    arrays = settings.compute()
    seconds = time.perf_counter() - start
    save_part(path, arrays, seconds)
    return arrays, seconds


def load(id: str, folder: Path = FOLDER) -> PaperResult:
    """Return a stored result.

    Raises
    ------
    ValueError
        If there is no such entry, or the file was cut off or edited by hand.
    FileNotFoundError
        If it has not been computed.
    """
    result = read(result_file(lookup(ENTRIES, id, "paper-scale result"), folder))
    if result.id != id:
        raise ValueError(f"{id}.json holds the result {result.id!r}; restore it")
    return result


def stale(id: str, folder: Path = FOLDER) -> bool:
    """Whether the code or the settings have changed since the result was computed."""
    entry, result = lookup(ENTRIES, id, "paper-scale result"), load(id, folder)
    code = source_hash(type(entry.settings).__module__)
    return (result.code, result.settings) != (code, plain_settings(entry.settings))


def rerun_one(id: str, folder: Path = FOLDER) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
    """Compute one seed of a result again: what is stored for it, and what comes out now."""
    entry = lookup(ENTRIES, id, "paper-scale result")
    alone, stored = entry.sample(entry.settings, load(id, folder).values)
    return stored, alone.compute()


def main(arguments: list[str] | None = None) -> None:
    """Run what is missing or stale, of one chapter or of all, or list what there is."""
    parser = argparse.ArgumentParser(prog="python -m helpers.learning.paper", description=__doc__)
    chapters = sorted({entry.chapter for entry in ENTRIES.values()})
    parser.add_argument("--chapter", choices=chapters, help="only this one")
    parser.add_argument("--list", action="store_true", help="say what there is; run nothing")
    options = parser.parse_args(arguments)
    for entry in ENTRIES.values():
        if options.chapter not in (None, entry.chapter):
            continue
        state = _state(entry)
        print(f"{entry.chapter}  {entry.id:30} {state}", flush=True)
        if not options.list and not state.startswith(("done", "needs")):
            result = compute(entry)
            print(f"    {len(result.seeds)} seeds in {result.seconds:.0f} s", flush=True)


def _state(entry: Entry) -> str:
    """Return "done", "needs ...", or why there is something to run."""
    if entry.needs:
        return f"needs {entry.needs}"
    try:
        return "stale" if stale(entry.id) else f"done on {load(entry.id).date}"
    except FileNotFoundError:
        return "not run"
    except ValueError as error:
        return f"unreadable: {error}"


if __name__ == "__main__":
    main()
