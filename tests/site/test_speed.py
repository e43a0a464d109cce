"""A figure answers within a frame, and only once a frame."""

import numpy as np
import pytest
from shipped import FIGURES, page_of
from timing import time_moves

MEDIAN, SLOWEST = 4.0, 16.0
"""Milliseconds of script that a move may take, at the median and at the 95th percentile."""

BURST = """async () => {
  const frame = window.requestAnimationFrame;
  let callbacks = 0, paints = 0;
  window.requestAnimationFrame = (callback) => { callbacks += 1; return frame(callback); };
  const watch = new MutationObserver((changes) => { paints += changes.length; });
  const sentence = document.querySelector("#demo .vg-description");
  watch.observe(sentence, { childList: true });
  const control = document.querySelector("#demo-w");
  for (let i = 0; i < 20; i++) {
    control.value = i % 4;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  await new Promise((done) => frame(() => frame(done)));
  return [callbacks, paints, sentence.textContent];
}"""


def assert_fast(page, name):
    for _ in range(3):  # again, if need be: other work on the machine only adds
        times = time_moves(page, name, 60)
        median, slowest = np.median(times), np.quantile(times, 0.95)
        if median <= MEDIAN and slowest <= SLOWEST:
            break
    print(f"{name}: {median:.2f} ms a move at the median, {slowest:.2f} ms at 95 %")
    assert median <= MEDIAN
    assert slowest <= SLOWEST


@pytest.mark.parametrize("name", FIGURES)
def test_shipped_figures_answer_in_time(tabs, site, name):
    page = tabs.open((site / page_of(site, name)).as_uri())
    assert_fast(page, name)


def test_every_kind_of_artist_answers_in_time(tabs, demo_url):
    page = tabs.open(demo_url)
    assert_fast(page, "demo")


def test_many_moves_at_once_change_the_page_once(tabs, demo_url):
    page = tabs.open(demo_url)
    assert page.evaluate(BURST) == [1, 1, "A logistic chain with weight 8."]
