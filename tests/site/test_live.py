"""The live widget in a real JupyterLab: the kernel answers the real controls, in time."""

import demo
import lab
import numpy as np
import pytest
from figure_dom import check
from nbformat import v4

LATENCY = 50.0
"""Milliseconds from the reader's input to the changed figure, at the median."""

CELLS = (
    v4.new_markdown_cell("Set the weight to [eight](#demo?w=8) or [one](#demo?w=1)."),
    v4.new_code_cell("import demo\n\ndemo.make().show()"),
    v4.new_code_cell(
        "again = demo.make(id='again').widget()\nprint(again.turn(kind='linear'))\nagain"
    ),
    v4.new_code_cell("print(again.turn(w=1))"),
)

WATCH = """() => {
  window.times = [];
  let start = 0;
  const line = document.querySelector("#demo-wide-line path");
  window.watch?.disconnect();
  window.watch = new MutationObserver(() => window.times.push(performance.now() - start));
  window.watch.observe(line, { attributes: true });
  const begin = () => (start = performance.now());
  document.querySelector("#demo-w").addEventListener("input", begin, { capture: true });
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Return the address of a notebook in a running JupyterLab."""
    folder = tmp_path_factory.mktemp("notebooks")
    name = lab.notebook(folder, *CELLS)
    with lab.serve(folder, tmp_path_factory.mktemp("jupyter")) as server:
        yield f"{server}/lab/tree/{name}?reset"


@pytest.fixture(scope="module")
def notebook(browser, address):
    """Return the open notebook, its first two code cells run."""
    page = browser.new_page()
    page.goto(address)
    page.locator(".jp-CodeCell").first.wait_for(timeout=60_000)
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.content?.widgets.length === 4")
    for place in (1, 2):
        run_cell(page, place)
    page.locator(".jp-CodeCell .vg-explorable").nth(1).wait_for(timeout=60_000)
    yield page
    page.close()


def run_cell(page, place):
    """Run one cell of the notebook through JupyterLab's own command."""
    page.evaluate(
        """async (place) => {
          const app = window.jupyterapp, panel = app.shell.currentWidget;
          await panel.sessionContext.ready;
          panel.content.activeCellIndex = place;
          await app.commands.execute("notebook:run-cell");
        }""",
        place,
    )


def says(page, sentence, place=0):
    """Wait until one of the two figures says this."""
    words = page.locator(".vg-description").nth(place)
    words.filter(has_text=sentence).wait_for()


def test_the_real_control_asks_the_kernel(notebook):
    notebook.locator("#demo-w").press("ArrowRight")
    says(notebook, "A logistic chain with weight 8.")
    check(notebook, demo.make(), {"w": 8, "kind": "logistic"})
    notebook.locator("#demo-kind").press("End")
    says(notebook, "A linear chain with weight 8.")
    check(notebook, demo.make(), {"w": 8, "kind": "linear"})


def latency(page) -> float:
    """Return the milliseconds from an input to the changed figure, the median of 20 moves."""
    page.locator("#demo-w").press("Home")
    says(page, "weight 1.")
    page.evaluate(WATCH)
    for i in range(20):
        page.locator("#demo-w").press("ArrowLeft" if i % 6 > 2 else "ArrowRight")
        page.wait_for_timeout(100)
        page.wait_for_function(f"window.times.length === {i + 1}")
    return float(np.median(page.evaluate("window.times")))


def test_the_answer_comes_in_time(notebook):
    medians = []
    while not medians or (min(medians) > LATENCY and len(medians) < 5):
        medians.append(latency(notebook))  # again: other work on the machine only adds
    print(f"the live widget answers in {min(medians):.1f} ms at the median")
    assert min(medians) <= LATENCY


def test_a_link_in_the_text_turns_the_knob(notebook):
    for weight, word in ((8, "eight"), (1, "one"), (8, "eight")):
        notebook.get_by_role("link", name=word, exact=True).click()
        says(notebook, f"weight {weight}.")


def test_a_figure_shown_late_is_in_the_state_of_its_widget(notebook):
    says(notebook, "A linear chain with weight 4.", place=1)


def test_python_turns_the_knobs_that_the_reader_sees(notebook):
    run_cell(notebook, 3)
    says(notebook, "A linear chain with weight 1.", place=1)
    assert notebook.locator("#again-w").get_attribute("aria-valuetext") == "1 mV"
