"""Claims: what a paper says, what would count as reproducing it, and what was measured.

The band is declared before the run. Each seed gives one value; the verdict follows from the
values alone.
"""

from dataclasses import asdict, dataclass
from html import escape
from math import isfinite, log10
from re import fullmatch
from types import ModuleType

import numpy as np
from IPython.display import display

from helpers.book import records
from helpers.book.host import host
from helpers.book.theme import number

MIN_SEEDS = 5
MOST_DOTS = 50
"""Of more values than this a card shows as many quantiles."""
VERDICTS = ("reproduced", "partly", "not reproduced", "not testable here")


@dataclass(frozen=True)
class Claim:
    """A statement of the literature with the band that counts as reproduced.

    Parameters
    ----------
    id
        Unique in the book, such as `glorot-standard`.
    statement
        One sentence.
    source, key
        Authors, year and place, for readers; the key in `references.bib`, "" for none.
    band
        The lowest and the highest value that count, None for an open end.
    paper
        The value that the source prints, None if it prints none.
    quantity
        What the values are: `R² of a straight line`.
    """

    id: str
    statement: str
    source: str
    band: tuple[float | None, float | None]
    paper: float | None = None
    quantity: str = "value"
    key: str = ""

    def __post_init__(self):
        low, high = self.band
        if not fullmatch(r"[a-z][a-z0-9-]*", self.id):
            raise ValueError(f"claim id {self.id!r}: use lower-case letters, digits and -")
        if not all(end is None or isfinite(end) for end in self.band):
            raise ValueError(f"claim {self.id!r}: band {self.band} needs finite ends or None")
        if (low is None and high is None) or (None not in (low, high) and low >= high):
            raise ValueError(
                f"claim {self.id!r}: band {self.band} needs low < high; one of them may be None"
            )

    def judge(self, values) -> "Judgement":
        """Hold one value per seed against the band.

        *Reproduced*: every value lies in the band. *Partly*: the median does. Otherwise
        *not reproduced*.

        Raises
        ------
        ValueError
            For fewer than five values. A value that is not finite counts as outside.
        """
        values = np.asarray(values, dtype=float)
        if values.ndim != 1:
            raise ValueError(f"claim {self.id!r} needs one value per seed, got {values.shape}")
        if len(values) < MIN_SEEDS:
            raise ValueError(
                f"claim {self.id!r} needs {MIN_SEEDS} or more values, got {len(values)}"
            )
        inside = sum(self._holds(v) for v in values)
        if inside == len(values):
            verdict = "reproduced"
        else:
            verdict = "partly" if self._holds(float(np.median(values))) else "not reproduced"
        return Judgement(
            self, tuple(values.tolist()), verdict, f"{inside} of {len(values)} values in the band"
        )

    def untestable(self, reason: str) -> "Judgement":
        """Say why the book cannot test this claim."""
        return Judgement(self, (), "not testable here", reason)

    def _holds(self, value: float) -> bool:
        low, high = self.band
        return isfinite(value) and (low is None or value >= low) and (high is None or value <= high)

    def band_text(self) -> str:
        """Return the band as text, such as `0.4 to 0.6` or `at least 0.98`."""
        low, high = (
            "" if end is None else number(end, 1 if 0 < abs(end) < 1e-3 else 7) for end in self.band
        )
        if not high:
            return f"at least {low}"
        return f"{low} to {high}" if low else f"at most {high}"


@dataclass(frozen=True)
class Judgement:
    """A claim with its measured values and verdict; a notebook shows it as a card."""

    claim: Claim
    values: tuple[float, ...]
    verdict: str
    reason: str

    def __str__(self):
        return f"{self.claim.id}: {self.verdict}"

    def record(self) -> dict:
        """Return the claim as the scoreboard and the manifest list it."""
        finite = [float(f"{v:.6g}") if isfinite(v) else None for v in self.values]
        return asdict(self.claim) | {
            "values": finite, "verdict": self.verdict, "reason": self.reason,
            "measured": self.measured(), "band_text": self.claim.band_text(),
        }  # fmt: skip

    def measured(self) -> str:
        """Return median and range of the values as text."""
        if not self.values:
            return "–"
        low, middle, high = (_short(f(self.values)) for f in (np.min, np.median, np.max))
        return f"{middle} [{low}, {high}]"

    def html(self) -> str:
        """Return the card: verdict, statement, the values as dots over the band, the numbers."""
        claim = self.claim
        paper = "" if claim.paper is None else f" It prints {claim.paper:g}."
        return (
            f'<div class="vg-claim" id="claim-{claim.id}"><p><strong class="vg-verdict" '
            f'data-verdict="{self.verdict}">{self.verdict}</strong> {escape(claim.statement)}</p>'
            f"{self._strip()}<p class=vg-facts>{escape(claim.quantity)}: median [range] "
            f"<b>{self.measured()}</b>; band {claim.band_text()}; {escape(self.reason)}.<br>"
            f"Source: {escape(claim.source)}.{paper}</p>"
            f"{records.to_html('claim', self.record())}</div>"
        )

    def show(self) -> None:
        """Display the card, or one line of text."""
        bundle = {"text/plain": str(self)}
        display(bundle if host() == "text" else bundle | {"text/html": self.html()}, raw=True)

    def _strip(self) -> str:
        """Return the values as dots over the band, with its ends and the source's value."""
        claim, values = self.claim, [v for v in self.values if isfinite(v)]
        if not values:
            return ""
        x = _axis([v for v in (*values, *claim.band, claim.paper) if v is not None])
        low, high = claim.band
        left, right = 0 if low is None else x(low), 400 if high is None else x(high)
        if len(values) > MOST_DOTS:
            values = np.quantile(values, np.linspace(0, 1, MOST_DOTS))
        dots = "".join(f'<circle cx="{x(v):.1f}" cy="24" r="4"/>' for v in values)
        ends = "".join(
            f'<text x="{x(v):.1f}" y="46">{v:g}</text>' for v in claim.band if v is not None
        )
        if claim.paper is not None:
            at = f"{x(claim.paper):.1f}"
            ends += f'<path d="M{at} 13v22"/><text x="{at}" y="10">source: {claim.paper:g}</text>'
        return (
            '<svg viewBox="0 0 400 50" role="img" aria-label="values against the band">'
            f'<rect x="{left:.1f}" y="16" width="{right - left:.1f}" height="16"/>'
            f"{dots}{ends}</svg>"
        )


def _axis(marks):
    """Return a map from values to 0..400 that shows all marks; logarithmic over long ranges."""
    scale = log10 if min(marks) > 0 and max(marks) > 100 * min(marks) else float
    low, high = scale(min(marks)), scale(max(marks))
    margin = 0.08 * (high - low) or 1.0
    return lambda v: 400 * (scale(v) - low + margin) / (high - low + 2 * margin)


def announce(declared: ModuleType) -> None:
    """Show the claims that a module of `helpers.book.declared` declares, with their bands."""
    claims = [c for c in vars(declared).values() if isinstance(c, Claim)]
    bundle = {"text/plain": "\n".join(f"{c.id}: {c.band_text()}" for c in claims)}
    rows = "".join(
        f"<li>{escape(c.statement)} <span>{escape(c.quantity)}: <b>{c.band_text()}</b></span></li>"
        for c in claims
    )
    html = {} if host() == "text" else {"text/html": f'<ol class="vg-declared">{rows}</ol>'}
    display(bundle | html, raw=True)


def _short(value: float) -> str:
    """Three digits, trailing zeros kept, four just below one."""
    if not isfinite(value):
        return "not finite"
    return f"{value:.4f}" if 0.99 < value < 1 else number(value, 3)
