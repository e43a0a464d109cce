"""Reset, Play and the spoken sentence."""

import pytest
from demo_page import DEMO
from figure_dom import check

START = DEMO.start


@pytest.fixture
def page(tabs, demo_url):
    """Return the demo with the clock in the test's hands."""
    page = tabs.new(demo_url)
    page.clock.install()
    page.goto(demo_url)
    return page


def later(page, milliseconds):
    page.clock.run_for(milliseconds)


def weight(page):
    return page.locator("#demo output").inner_text()


def test_the_sentence_is_announced_once_the_reader_pauses(page):
    spoken = page.locator("#demo [role=status]")
    assert spoken.inner_text() == ""
    for key in ("Home", "ArrowRight", "End"):
        page.locator("#demo-w").press(key)
        later(page, 100)
        assert spoken.inner_text() == ""
    later(page, 600)
    assert spoken.inner_text() == "A logistic chain with weight 8."
    assert spoken.evaluate("e => e.getBoundingClientRect().width") <= 1
    later(page, 4000)
    assert spoken.inner_text() == "", "it would be read again with the page"


def test_reset_brings_back_the_start_and_its_address(page):
    page.locator("#demo-w").press("End")
    page.locator("#demo-kind").select_option("linear")
    later(page, 50)
    check(page, DEMO, {"w": 8, "kind": "linear"})
    page.get_by_role("button", name="Reset").click()
    later(page, 50)
    check(page, DEMO, START)
    later(page, 500)
    assert page.evaluate("location.hash") == "#demo?w=4&kind=logistic"


def test_play_runs_to_the_end_and_stops(page):
    page.locator("#demo-w").press("Home")
    play = page.get_by_role("button", name="Play: weight")
    assert play.get_attribute("aria-pressed") == "false"
    play.press("Enter")
    later(page, 50)
    assert play.get_attribute("aria-pressed") == "true"
    assert weight(page) == "1 mV"
    seen = []
    for _ in range(4):
        later(page, 4000 / 3)
        seen.append(weight(page))
    assert seen == ["2 mV", "4 mV", "8 mV", "8 mV"]
    later(page, 2000)
    assert play.get_attribute("aria-pressed") == "false"
    check(page, DEMO, START | {"w": 8})
    assert page.evaluate("location.hash") == "#demo?w=8&kind=logistic"


def test_play_at_the_end_begins_anew(page):
    page.locator("#demo-w").press("End")
    page.get_by_role("button", name="Play: weight").click()
    later(page, 50)
    assert weight(page) == "1 mV"


@pytest.mark.parametrize("how", ["button", "slider", "choice", "reset", "link"])
def test_whatever_the_reader_does_stops_play(page, how):
    play = page.get_by_role("button", name="Play: weight")
    page.locator("#demo-w").press("Home")
    play.click()
    later(page, 1500)
    assert weight(page) == "2 mV"
    act = {
        "button": play.click,
        "slider": lambda: page.locator("#demo-w").press("ArrowLeft"),
        "choice": lambda: page.locator("#demo-kind").select_option("linear"),
        "reset": page.get_by_role("button", name="Reset").click,
        "link": page.locator("#to-1").click,
    }[how]
    act()
    later(page, 50)
    assert play.get_attribute("aria-pressed") == "false"
    left = weight(page)
    later(page, 8000)
    assert weight(page) == left


def test_nothing_plays_by_itself(page):
    later(page, 10_000)
    check(page, DEMO, START)


def test_play_is_not_offered_to_those_who_prefer_less_motion(tabs, demo_url):
    page = tabs.open(demo_url, reduced_motion="reduce")
    assert page.locator("#demo .vg-play").is_hidden()
    assert page.get_by_role("button", name="Play").count() == 0
    page.locator("#demo-w").focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className") != "vg-play"
