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
    """

    _esm = asset("explore.js") + "\nexport default { render };\n"
    _css = theme.palette_css() + asset("explore.css")
    markup = traitlets.Unicode().tag(sync=True)
    record = traitlets.Dict().tag(sync=True)
    state = traitlets.List(traitlets.Int()).tag(sync=True)
    frame = traitlets.List().tag(sync=True)

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
        self.frame = list(self.explorable.frame(**values))

    def turn(self, **values) -> str:
        """Set knobs by value and return the description; ValueError lists what is allowed."""
        knobs = {knob.name: knob for knob in self.explorable.knobs}
        unknown = sorted(set(values) - set(knobs))
        if unknown:
            raise ValueError(f"no knob {', '.join(unknown)}; there are {', '.join(knobs)}")
        state = list(self.state)
        for place, (name, knob) in enumerate(knobs.items()):
            if name in values:
                state[place] = knob.place(values[name])
        self.state = state
        return self.frame[-1]
