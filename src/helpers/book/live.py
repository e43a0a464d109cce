"""The live host of explorables: the kernel computes a state, the shared renderer shows it."""

import anywidget
import traitlets

from helpers.book import theme
from helpers.book.explore import Explorable, asset


class ExplorableWidget(anywidget.AnyWidget):
    """A Jupyter widget that answers to its knobs by computing in the kernel.

    Attributes
    ----------
    state
        The index of each knob's value; the front end and Python may both set it.
    frame
        The channels of that state, the description last (`Explorable.frame`).
    problem
        What went wrong with the last state, which the figure then shows; empty if nothing.
    """

    _esm = asset("explore.js") + "\nexport default { render };\n"
    _css = theme.palette_css() + asset("explore.css")
    markup = traitlets.Unicode().tag(sync=True)
    record = traitlets.Dict().tag(sync=True)
    state = traitlets.List(traitlets.Int()).tag(sync=True)
    frame = traitlets.List().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)

    def __init__(self, explorable: Explorable):
        self.explorable = explorable
        start = [knob.place(knob.start) for knob in explorable.knobs]
        super().__init__(markup=explorable.markup(), record=explorable.record(), state=start)

    @traitlets.validate("state")
    def _inside(self, proposal):
        sizes = [len(knob.values) for knob in self.explorable.knobs]
        places = proposal["value"]
        if len(places) != len(sizes) or not all(
            0 <= i < n for i, n in zip(places, sizes, strict=False)
        ):
            raise traitlets.TraitError(f"state {places} needs one index below each of {sizes}")
        return places

    @traitlets.observe("state")
    def _compute(self, _change):
        pairs = zip(self.explorable.knobs, self.state, strict=True)
        values = {knob.name: knob.values[i] for knob, i in pairs}
        self.problem = ""
        try:
            self.frame = list(self.explorable.frame(**values))
        except ValueError as error:
            self.problem = str(error)
            raise

    def turn(self, **values) -> str:
        """Set knobs by value and return the description; ValueError lists what is allowed."""
        knobs = self.explorable.knobs
        now = {knob.name: knob.values[i] for knob, i in zip(knobs, self.state, strict=True)}
        values = self.explorable.settle(now | values)
        self.state = [knob.place(values[knob.name]) for knob in self.explorable.knobs]
        return self.frame[-1]
