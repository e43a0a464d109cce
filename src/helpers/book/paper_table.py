"""Results at the papers' own scale on a page, with their provenance. Introduced in chapter 2."""

import re
from html import escape

from IPython.display import display

from helpers.book.host import host
from helpers.learning.guessing import Guessing
from helpers.learning.latching import Latching
from helpers.learning.paper import ENTRIES, load, stale


def show_paper_results(chapter: str) -> None:
    """Display what `make paper` has computed for a chapter, with provenance.

    A result whose code or settings have changed since is marked stale; what nobody has run yet is
    named and left empty.

    Raises
    ------
    ValueError
        If the chapter has no entries, or a file was cut off or edited by hand.
    """
    ids = [entry.id for entry in ENTRIES.values() if entry.chapter == chapter]
    if not ids:
        known = ", ".join(sorted({entry.chapter for entry in ENTRIES.values()}))
        raise ValueError(f"no paper-scale results for chapter {chapter!r}; there are: {known}")
    found = {id: _load(id) for id in ids}
    bundle = {"text/plain": "\n".join(f"{id}: {_count(r)}" for id, r in found.items())}
    rows = "".join(_row(id, result) for id, result in found.items())
    heads = "".join(f"<th scope=col>{h}</th>" for h in ("The claim", "Found", "Seeds", "Computed"))
    table = f'<table class="vg-paper"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    display(bundle if host() == "text" else bundle | {"text/html": table}, raw=True)


def _load(id: str):
    try:
        return load(id)
    except FileNotFoundError:
        return None


def _count(result) -> str:
    return "not run yet" if result is None else f"{len(result.seeds)} seeds"


def _row(id: str, result) -> str:
    claim = escape(re.sub(r" \(\w+\)$", "", ENTRIES[id].claim))
    if result is None:
        missing = "<td>not run yet: <code>make paper</code></td><td>–</td><td>–</td>"
        return f"<tr><td>{claim}</td>{missing}</tr>"
    mark = " <strong>Stale: the code has changed since.</strong>" if stale(id) else ""
    cpu, versions = result.machine["cpu"], result.packages
    made = (
        f"{result.date}, {result.seconds:,.0f} s on {cpu}; NumPy {versions['numpy']}, "
        f"PyTorch {versions['torch']}; code {result.code[:8]}"
    )
    found = FOUND[type(ENTRIES[id].settings)](result)
    cells = (found, str(len(result.seeds)), made)
    return f"<tr><td>{claim}{mark}</td>{''.join(f'<td>{escape(c)}</td>' for c in cells)}</tr>"


def _trials(result) -> str:
    return f"{result.values['trials'].mean():.3g} trials on average"


def _learned(result) -> str:
    shares = (result.values["needed"] > 0).mean(axis=0)
    lags = result.settings["lags"]
    return "; ".join(
        f"{name}: "
        + ", ".join(f"{100 * s:.0f}% at {lag}" for s, lag in zip(row, lags, strict=True))
        for name, row in zip(result.settings["trainings"], shares, strict=True)
    )


FOUND = {Guessing: _trials, Latching: _learned}
"""How a result of each kind of experiment is told in a table."""
