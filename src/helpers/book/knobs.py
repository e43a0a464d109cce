"""Knobs: native, labeled controls with finitely many values, addressed by value in a URL."""

from dataclasses import dataclass
from html import escape
from math import isclose, isfinite
from re import fullmatch

from helpers.book.theme import number


@dataclass(frozen=True)
class Knob:
    """A control with finitely many values; see `slider` and `choice`."""

    name: str
    label: str
    values: tuple
    start: object
    unit: str
    kind: str

    def __post_init__(self):
        if not fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"knob name {self.name!r}: use lower-case letters, digits and _")
        numbers = [v for v in self.values if isinstance(v, int | float)]
        if not all(isfinite(v) for v in numbers) or len(numbers) not in (0, len(self.values)):
            raise ValueError(f"knob {self.name!r} needs finite numbers, or names, not both")
        if len(self.values) < 2 or len({self.key(v) for v in self.values}) < len(self.values):
            raise ValueError(f"knob {self.name!r} needs two or more different values")
        self.place(self.start)

    def key(self, value) -> str:
        """Return a value as it stands in a URL."""
        return f"{value:g}" if isinstance(value, int | float) else str(value)

    def place(self, value) -> int:
        """Return the index of a value; ValueError lists what is allowed."""
        for place, known in enumerate(self.values):
            if known == value or (
                isinstance(known, int | float)
                and isinstance(value, int | float)
                and isclose(known, value, rel_tol=1e-9)
            ):
                return place
        keys = ", ".join(self.key(v) for v in self.values)
        raise ValueError(f"knob {self.name!r} has no value {value!r}; it has {keys}")

    def text(self, value) -> str:
        """Return a value as the page shows and speaks it."""
        text = number(value, 6) if isinstance(value, int | float) else value
        return f"{text} {self.unit}".rstrip()

    def html(self, figure_id: str, first: bool) -> str:
        """Return the knob as a native, labelled control."""
        at, place = f"{figure_id}-{self.name}", self.place(self.start)
        label = f'<label for="{at}">{escape(self.label)}</label>'
        if self.kind == "choice":
            options = "".join(
                f'<option value="{i}"{" selected" * (i == place)}>{escape(self.text(v))}</option>'
                for i, v in enumerate(self.values)
            )
            control = f'<select id="{at}" name="{self.name}">{options}</select>'
            return f'<div class="vg-knob">{label}{control}</div>'
        play = (
            '<button type="button" class="vg-play" aria-pressed="false" '
            f'aria-label="Play: {escape(self.label)}"></button>'
        )
        start = escape(self.text(self.start))
        return (
            f'<div class="vg-knob vg-slider">{label}'
            f'<output for="{at}">{start}</output>{play * first}'
            f'<input type="range" id="{at}" name="{self.name}" min="0" step="1" '
            f'max="{len(self.values) - 1}" value="{place}" aria-valuetext="{start}"></div>'
        )


def slider(name: str, values, start, label: str, unit: str = "") -> Knob:
    """Return a knob that slides over listed numbers, shown with a unit."""
    return Knob(name, label, tuple(values), start, unit, "slider")


def choice(name: str, values, start, label: str) -> Knob:
    """Return a knob that chooses one of a few names."""
    return Knob(name, label, tuple(values), start, "", "choice")
