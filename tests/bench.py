"""How fast figures answer, and how small they are: `make bench`.

Everything is measured in one run on one explorable, side by side with the usual way: an SVG frame
for every state on a static page, `ipywidgets.interact` with Matplotlib in a notebook.
"""

import gzip
import os
import sys
import time
from itertools import islice
from pathlib import Path

import numpy as np
from jupyter_client.manager import start_new_kernel
from playwright.sync_api import sync_playwright

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "site")]
from browser import ARGUMENTS, find_chromium
from timing import static_page, time_moves

from helpers.book import records, svg
from helpers.book.build import environment
from helpers.book.figures.products_of_small_numbers import chain

FRAMES = 20

LIVE = """
import time
from itertools import islice
import ipywidgets, matplotlib.pyplot as plt, numpy as np
from IPython.display import display
from helpers.book.figures.products_of_small_numbers import chain

states = list(islice(chain.states(), 0, None, 20))
widget = chain.widget()
display(widget)

def plot(**values):
    data = chain.compute(**values)
    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2))
    moving = chain.draw(*axes)
    moving["line"].set_data(*data["line"])
    moving["curve"].set_data(*data["curve"])
    moving["here"].set_offsets(np.column_stack(data["here"]))
    plt.show()

sliders = {k.name: ipywidgets.SelectionSlider(options=k.values, value=k.start)
           for k in chain.knobs}
box = ipywidgets.interactive(plot, **sliders)
display(box)

def interact(**values):
    for name, value in values.items():
        if sliders[name].value != value:
            sliders[name].value = value

def seconds(move):
    start = time.perf_counter()
    for values in states:
        move(**values)
    return (time.perf_counter() - start) / len(states)

seconds(interact)
print(f"{seconds(widget.turn)} {seconds(interact)}")
"""


def table_against_frames() -> None:
    """Compare the table of all states with one SVG frame a state."""
    start = time.perf_counter()
    size = records.gzip_size(records.to_html("table", chain.record() | chain.table()))
    table = time.perf_counter() - start
    states = list(chain.states())
    chosen = list(islice(states, 0, None, len(states) // FRAMES))
    start = time.perf_counter()
    frames = [_frame(values) for values in chosen]
    frame = (time.perf_counter() - start) / len(frames)
    frame_size = np.mean([len(gzip.compress(text.encode())) for text in frames])
    print(f"A static page with all {len(states)} states of #{chain.id}")
    _row("table", f"{table:.2f} s", f"{size / 1000:.0f} KB gzipped")
    _row(
        "an SVG frame each",
        f"{frame * len(states):.0f} s",
        f"{frame_size * len(states) / 1e3:.0f} KB",
    )
    _row(
        "frames / table",
        f"× {frame * len(states) / table:.0f}",
        f"× {frame_size * len(states) / size:.0f}",
    )


def _frame(values) -> str:
    """Return what `table` replaces: the whole figure, drawn by Matplotlib in this state."""
    data = chain.compute(**values)
    scene = chain.drawn[0]
    scene.artists["line"].set_data(*data["line"])
    scene.artists["curve"].set_data(*data["curve"])
    scene.artists["here"].set_offsets(np.column_stack(data["here"]))
    return svg.matplotlib_svg(scene)


def updates() -> None:
    """Compare the update of a static page, of the live widget, and of interact."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        moves = time_moves(static_page(browser, chain), chain.id)
        browser.close()
    os.environ.update(environment("live"))
    manager, client = start_new_kernel(kernel_name="python3")
    printed = []
    client.execute_interactive(
        LIVE, output_hook=lambda m: printed.append(m["content"].get("text", "")), timeout=300
    )
    manager.shutdown_kernel(now=True)
    live, interact = map(float, "".join(printed).split()[-2:])
    print(f"One move of a knob of #{chain.id}")
    _row(
        "static page, script",
        f"{np.median(moves):.2f} ms",
        f"95%: {np.quantile(moves, 0.95):.2f} ms",
    )
    _row(
        "live widget, kernel",
        f"{1000 * live:.2f} ms",
        f"× {interact / live:.0f} faster than interact",
    )
    _row("interact + Matplotlib", f"{1000 * interact:.0f} ms", "kernel, one PNG a move")


def _row(*cells: str) -> None:
    print("  " + "".join(f"{cell:<26}" for cell in cells))


if __name__ == "__main__":
    table_against_frames()
    updates()
