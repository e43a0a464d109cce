"""Explorables: figures that answer, live and on the static page, from one declaration.

An explorable names a few finite knobs, draws a Matplotlib figure once, and computes the data of
its moving artists for any setting of the knobs. In a notebook the kernel computes each state; on
the site the build ships every state in a table. One renderer, `explore.js`, serves both.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from itertools import product
from math import prod
from re import fullmatch

from IPython.display import display

from helpers.book import artists, records, scene, svg, table
from helpers.book.host import host
from helpers.book.knobs import Knob


@dataclass(frozen=True, eq=False, kw_only=True)
class Picture:
    """A figure that does not move.

    Parameters
    ----------
    id
        Unique in the book; the anchor of the figure on its page.
    title, alt
        The caption, and what a reader who cannot see the figure needs to know about it.
    draw
        Called with one Matplotlib Axes per panel.
    panels, height
        Number of panels; height of a row of panels in CSS pixels.
    """

    id: str
    title: str
    draw: Callable
    alt: str
    panels: int = 1
    height: int = 300

    def __post_init__(self):
        if not fullmatch(r"[a-z][a-z0-9-]*", self.id):
            raise ValueError(f"figure id {self.id!r}: use lower-case letters, digits and -")

    def scenes(self) -> list[scene.Scene]:
        """Return the figure drawn wide and narrow."""
        return [scene.compose(self.draw, lay, self.panels, self.height) for lay in scene.WIDTHS]

    def html(self) -> str:
        """Return the figure for a static page."""
        drawn = "".join(svg.to_svg(s, self.id, self.alt) for s in self.scenes())
        return (
            f'<figure class="vg-figure" id="{self.id}"><div class="vg-canvas">{drawn}</div>'
            f"<figcaption>{escape(self.title)}</figcaption></figure>"
        )

    def show(self) -> None:
        """Display the figure as the host can: inline SVG, or one line of text."""
        bundle = {"text/plain": f"[figure {self.id}: {self.title}]"}
        display(bundle if host() == "text" else bundle | {"text/html": self.html()}, raw=True)


@dataclass(frozen=True, eq=False, kw_only=True)
class Explorable(Picture):
    """A figure with knobs: one declaration, live and static.

    Parameters
    ----------
    question
        What to try and look for, shown above the knobs.
    knobs
        Finite knobs (`slider`, `choice`); the product of their values is at most 1,000 states.
    draw
        Called once per layout with one Axes per panel; returns the moving artists by name.
    compute
        A pure function from the knobs' values (as keywords) to the data of those artists.
    describe
        From the data (a dict) and the knobs' values to one sentence about this state.

    Raises
    ------
    ValueError
        For too many states, artists that `draw` and `compute` do not share, data of the wrong
        shape, a NaN, or a state outside the axes; the message names the figure and the state.
    """

    question: str
    knobs: tuple[Knob, ...]
    compute: Callable[..., dict]
    describe: Callable[..., str]

    def __post_init__(self):
        super().__post_init__()
        if not self.knobs or len({k.name for k in self.knobs}) < len(self.knobs):
            raise ValueError(f"explorable {self.id!r} needs one or more knobs, each name once")
        count = prod(len(k.values) for k in self.knobs)
        if count > table.MAX_STATES:
            raise ValueError(
                f"explorable {self.id!r} has {count:,} states; allowed are {table.MAX_STATES:,}"
            )

    @cached_property
    def drawn(self) -> list[scene.Scene]:
        """The scenes, drawn once; compute and draw must name the same artists."""
        names = set(self.compute(**self.start))
        return [
            scene.compose(self.draw, lay, self.panels, self.height, names) for lay in scene.WIDTHS
        ]

    @property
    def start(self) -> dict:
        """The values of the knobs to begin with."""
        return {k.name: k.start for k in self.knobs}

    def states(self) -> Iterator[dict]:
        """Iterate over all settings of the knobs, the last knob fastest."""
        for values in product(*(k.values for k in self.knobs)):
            yield dict(zip((k.name for k in self.knobs), values, strict=True))

    def settle(self, values: dict) -> dict:
        """Return the knobs' own values for a setting; ValueError lists what is allowed."""
        names = [k.name for k in self.knobs]
        if set(values) != set(names):
            raise ValueError(
                f"explorable {self.id!r} has the knobs {', '.join(names)}; got {', '.join(values)}"
            )
        return {k.name: k.values[k.place(values[k.name])] for k in self.knobs}

    def frame(self, **values) -> tuple:
        """Return the channels of one state: every artist's, in order, then the description.

        Raises
        ------
        ValueError
            For a knob or a value that the figure does not have, and for bad data.
        """
        values = self.settle(values)
        channels: list = []
        try:
            data = self.compute(**values)
            for name, artist in self.drawn[0].artists.items():
                channels.extend(artists.encode(name, artist, data[name]))
            sentence = self.describe(data, **values)
            if not isinstance(sentence, str) or not sentence.strip():
                raise ValueError(f"describe gave {sentence!r}, which is no sentence")
        except Exception as error:
            raise ValueError(f"explorable {self.id!r} at {values}: {error}") from error
        return (*channels, sentence)

    def record(self) -> dict:
        """Return all that the renderer needs, without the states."""
        wide, narrow = self.drawn
        shapes = [artists.geometry(name, artist) for name, artist in wide.artists.items()]
        for shape in shapes:
            shape["boxes"] = {s.layout: s.boxes()[shape["name"]] for s in (wide, narrow)}
        knobs = [
            {"name": k.name, "keys": [k.key(v) for v in k.values],
             "texts": [k.text(v) for v in k.values], "start": k.place(k.start)}
            for k in self.knobs
        ]  # fmt: skip
        return {
            "id": self.id, "title": self.title, "question": self.question, "knobs": knobs,
            "artists": shapes, "resolution": artists.RESOLUTION,
        }  # fmt: skip

    def table(self) -> dict:
        """Return the table of all states (`helpers.book.table`)."""
        return table.build(self.frame(**values) for values in self.states())

    def markup(self) -> str:
        """Return the figure's HTML in its start state, without data."""
        *channels, sentence = self.frame(**self.start)
        rest, frame = iter(channels), {}
        for name, artist in self.drawn[0].artists.items():
            count = artists.CHANNELS[artists.kind_of(name, artist)]
            frame[name] = [next(rest) for _ in range(count)]
        drawn = "".join(svg.to_svg(s, self.id, self.alt, frame) for s in self.drawn)
        first = next((k for k in self.knobs if k.kind == "slider"), None)
        knobs = "".join(k.html(self.id, k is first) for k in self.knobs)
        title = escape(self.title)
        return (
            f'<figure class="vg-figure vg-explorable" id="{self.id}" aria-label="{title}">'
            f'<p class="vg-question">{escape(self.question)}</p>'
            f'<form class="vg-knobs" id="{self.id}-knobs" autocomplete="off" '
            f'aria-label="Knobs: {title}">'
            f"{knobs}</form>"
            f'<div class="vg-canvas">{drawn}</div>'
            f'<p class="vg-description">{escape(sentence)}</p>'
            '<p class="vg-announce" role="status"></p>'
            f'<figcaption>{title}<span class="vg-tools"><button type="reset" '
            f'form="{self.id}-knobs">Reset</button> <a class="vg-link" href="#{self.id}">'
            "Link to this state</a></span></figcaption></figure>"
        )

    def html(self) -> str:
        """Return the figure and its table for a static page."""
        shipped = records.to_html("table", self.record() | self.table())
        table.check_size(self.id, records.gzip_size(shipped))
        dead = f"#{self.id} :is(.vg-knobs,.vg-tools)"
        quiet = f"<noscript><style>{dead}{{display:none}}</style></noscript>"
        return self.markup().replace("</figure>", f"{shipped}{quiet}</figure>")

    def widget(self):
        """Return the live widget; its `state` lists the index of each knob's value."""
        from helpers.book.live import ExplorableWidget

        return ExplorableWidget(self)

    def show(self) -> None:
        """Display the figure: a widget in a notebook, a table-driven figure on the site."""
        if host() == "live":
            display(self.widget())
        else:
            super().show()

    def drive(self, *settings: dict) -> None:
        """Turn the knobs of the live widget and print what each state says.

        On the site, where no widget exists, the kernel computes the same sentences.
        """
        widget = None if host() == "site" else self.widget()
        for setting in settings:
            values = self.start | setting
            print(self.frame(**values)[-1] if widget is None else widget.turn(**values))


def asset(name: str) -> str:
    """Return the text of a file that ships beside this module."""
    return files("helpers.book").joinpath(name).read_text(encoding="utf-8")
