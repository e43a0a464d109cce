"""Results at the papers' own scale on a page, with their provenance. Introduced in chapter 2."""

from html import escape

from IPython.display import display

from helpers.book.host import host
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
    heads = "".join(f"<th scope=col>{h}</th>" for h in ("Result", "Seeds", "Computed"))
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
    claim = escape(ENTRIES[id].claim)
    if result is None:
        return f"<tr><td>{claim}</td><td>–</td><td>not run yet: <code>make paper</code></td></tr>"
    mark = " <strong>Stale: the code has changed since.</strong>" if stale(id) else ""
    cpu, versions = result.machine["cpu"], result.packages
    made = (
        f"{result.date}, {result.seconds:,.0f} s on {cpu}; NumPy {versions['numpy']}, "
        f"PyTorch {versions['torch']}; code {result.code[:8]}"
    )
    return f"<tr><td>{claim}{mark}</td><td>{len(result.seeds)}</td><td>{escape(made)}</td></tr>"
