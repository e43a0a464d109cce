"""How long a figure's script takes to answer; `make bench` prints it, a test bounds it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import demo_page
import numpy as np

MOVES = """async ([id, moves]) => {
  const figure = document.getElementById(id);
  const controls = [...figure.querySelectorAll("form [name]")];
  const frame = window.requestAnimationFrame;
  let spent = 0;
  const timed = (work) => {
    const start = performance.now();
    work();
    spent += performance.now() - start;
  };
  window.requestAnimationFrame = (callback) => frame((now) => timed(() => callback(now)));
  const times = [];
  for (const places of moves) {
    spent = 0;
    controls.forEach((control, i) => (control.value = places[i]));
    timed(() => controls[0].dispatchEvent(new Event("input", { bubbles: true })));
    await new Promise((done) => frame(() => frame(done)));
    times.push(spent);
  }
  window.requestAnimationFrame = frame;
  return times;
}"""


def static_page(browser, explorable):
    """Return a browser page that shows this explorable alone, as the site would."""
    page = browser.new_page()
    with TemporaryDirectory() as folder:
        page.goto(demo_page.write(Path(folder), explorable))
    return page


def time_moves(page, figure_id: str, moves: int = 100) -> list[float]:
    """Move all knobs to random places; return milliseconds of script per move.

    A move is the `input` event and the callback of the animation frame that follows it.
    """
    sizes = page.evaluate(
        "id => [...document.getElementById(id).querySelectorAll('form [name]')]"
        ".map((control) => control.options?.length ?? Number(control.max) + 1)",
        figure_id,
    )
    places = np.random.default_rng(1991).integers(0, sizes, (moves, len(sizes)))
    return page.evaluate(MOVES, [figure_id, places.tolist()])
