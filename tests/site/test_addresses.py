"""A figure's state stands in the address of its page, by value."""

import pytest
from demo_page import DEMO, write
from figure_dom import check

START = DEMO.start
GARBAGE = (
    "#demo?v=8",
    "#demo?w=3",
    "#demo?w=8&kind=cubic",
    "#demo?kind=linear&w",
    "#demo?w=",
    "#demo?=8",
    "#demo?w=%E0%A4%A",
    "#demo?%",
    "#demo?w=8%26",
    "#demo?<b>",
    "#demo?",
    "#demo",
    "#?w=8",
    "#other?w=8",
    "#%",
)


def shows(page, **values):
    """Wait for the description of a state, then compare all of the figure with it."""
    values = START | values
    sentence = DEMO.describe(None, **values)
    page.locator("#demo .vg-description").filter(has_text=sentence).wait_for(timeout=5000)
    check(page, DEMO, values)


def test_an_address_opens_a_state(tabs, demo_url):
    shows(tabs.open(demo_url + "#demo?w=8&kind=linear"), w=8, kind="linear")
    shows(tabs.open(demo_url + "#demo?kind=linear"), kind="linear")
    shows(tabs.open(demo_url + "#demo?kind=linear&w=%32"), w=2, kind="linear")


def test_an_address_scrolls_to_its_figure(tabs, tmp_path):
    page = tabs.open(write(tmp_path, DEMO, prose="<p style='height: 4000px'>…</p>") + "#demo?w=8")
    page.wait_for_function("scrollY > 1000")
    assert page.locator("#demo-w").is_visible()


@pytest.mark.parametrize("hash_", GARBAGE)
def test_a_malformed_address_shows_the_start(tabs, demo_url, hash_):
    page = tabs.open(demo_url + hash_)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
    check(page, DEMO, START)
    page.locator("#demo-w").press("End")
    shows(page, w=8)


def test_a_link_in_the_prose_drives_the_figure_again_and_again(tabs, demo_url):
    page = tabs.open(demo_url)
    page.locator("#to-1").click()
    shows(page, w=1)
    page.locator("#demo-w").press("End")
    shows(page, w=8)
    page.locator("#to-1").press("Enter")
    shows(page, w=1)
    page.get_by_role("button", name="Reset").click()
    shows(page)
    page.locator("#to-1").click()
    shows(page, w=1)


def test_a_link_followed_twice_in_a_row_still_drives(tabs, demo_url):
    page = tabs.open(demo_url)
    page.locator("#to-8").click()
    shows(page, w=8)
    page.evaluate("document.querySelector('#demo').explorable.go([0, 1])")  # as Play would
    shows(page, w=1, kind="linear")
    page.locator("#to-8").click()
    shows(page, w=8)


def test_a_move_replaces_the_address_and_the_link_to_this_state(tabs, demo_url):
    page = tabs.open(demo_url)
    link = page.get_by_role("link", name="Link to this state")
    before = page.evaluate("history.length")
    for key, weight in (("Home", 1), ("ArrowRight", 2), ("End", 8)):
        page.locator("#demo-w").press(key)
        shows(page, w=weight)
        page.wait_for_url(f"**#demo?w={weight}&kind=logistic")
        assert link.get_attribute("href") == f"#demo?w={weight}&kind=logistic"
    assert page.evaluate("history.length") == before
    page.reload()
    shows(page, w=8)
    fresh = tabs.open(demo_url + link.get_attribute("href"))
    shows(fresh, w=8)


def test_back_goes_through_the_states_that_links_opened(tabs, demo_url):
    page = tabs.open(demo_url)
    page.locator("#to-1").click()
    shows(page, w=1)
    page.locator("#demo-w").press("ArrowRight")
    shows(page, w=2)
    page.wait_for_url("**#demo?w=2*")
    page.locator("#to-8").click()
    shows(page, w=8)
    page.go_back()
    shows(page, w=2)
    page.go_forward()
    shows(page, w=8)
