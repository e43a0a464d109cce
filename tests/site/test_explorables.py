"""The real controls, moved by keyboard, show what the kernel computes."""

import demo_page
import pytest
from figure_dom import check
from shipped import FIGURES, page_of


def turn(page, explorable, knob, values):
    """Yield the values of all knobs after each key pressed on one real control."""
    page.locator(f"#{explorable.id} [name={knob.name}]").focus()
    last = len(knob.values) - 1
    ahead = ("ArrowRight", 1) if knob.kind == "slider" else ("ArrowDown", 1)
    back = ("ArrowLeft", -1) if knob.kind == "slider" else ("ArrowUp", -1)
    place = knob.place(values[knob.name])
    for key, step in (("End", last), ahead, back, ("Home", -last), back, ahead):
        page.keyboard.press(key)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
        place = min(last, max(0, place + step))
        values = values | {knob.name: knob.values[place]}
        yield values


def turn_all(page, explorable):
    """Check the start state, then every knob in turn from where the others were left."""
    values = explorable.start
    check(page, explorable, values)
    for knob in explorable.knobs:
        for values in turn(page, explorable, knob, values):  # noqa: B020
            check(page, explorable, values)


def test_every_kind_of_artist_follows_the_keyboard(tabs, demo_url):
    turn_all(tabs.open(demo_url), demo_page.DEMO)


@pytest.mark.parametrize("name", FIGURES)
def test_shipped_figures_follow_the_keyboard(tabs, site, name):
    page = tabs.open((site / page_of(site, name)).as_uri())
    turn_all(page, FIGURES[name])


def test_two_figures_on_a_page_do_not_disturb_each_other(tabs, tmp_path):
    first, second = demo_page.DEMO, demo_page.make(id="other")
    page = tabs.open(demo_page.write(tmp_path, first, second))
    page.locator("#other-w").press("End")
    page.wait_for_function("document.querySelector('#other output').textContent === '8 mV'")
    check(page, first, first.start)
    check(page, second, second.start | {"w": 8})
