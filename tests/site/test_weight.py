"""Over HTTP: pages are light, come from one server, and leave a slow computer free to answer."""

import gzip

import pytest
from shipped import manifest, pages

from helpers.book import records

MAX_BYTES = 400_000
MAX_BLOCKED = 200.0
"""Gzipped bytes of a first visit, tables aside; milliseconds of blocking at a quarter speed."""

WATCH = """
window.tasks = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.tasks.push([task.startTime, task.duration]);
}).observe({ type: "longtask", buffered: true });
"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
PACKED = (".woff2", ".png", ".jpg", ".gz")


def weight(response) -> int:
    """Return the bytes of an answer as a server sends them; tables of explorables are left out."""
    body = response.body()
    if response.url.endswith(PACKED):
        return len(body)
    if "html" in response.headers.get("content-type", ""):
        body = records.PATTERN.sub(_without_table, body.decode()).encode()
    return len(gzip.compress(body, mtime=0))


def _without_table(match):
    return "" if match[1] == "table" else match[0]


def test_a_first_visit_is_light_and_complete(tabs, site, served):
    heavy = {}
    for path in pages(site):
        answers = []
        page = tabs.new(served(path))
        page.on("response", lambda answer, answers=answers: answers.append(answer))
        page.goto(served(path))
        page.wait_for_load_state("networkidle")
        sizes = {answer.url.rpartition("/")[2]: weight(answer) for answer in answers}
        print(f"{path.stem}: {sum(sizes.values()) / 1000:.0f} KB", sizes)
        if sum(sizes.values()) > MAX_BYTES:
            heavy[path.stem] = sizes
        page.close()
    assert heavy == {}
    assert tabs.problems == []


def blocked(tabs, url) -> float:
    """Return the total blocking time of one visit with the processor slowed four times, in ms.

    What tasks longer than 50 ms take beyond these, after the first contentful paint.
    """
    page = tabs.new(url, init=WATCH)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="load")
    page.wait_for_timeout(1500)
    tasks, painted = page.evaluate(f"[window.tasks, {PAINTED}]")
    page.close()
    return sum(max(0, start + long - max(start + 50, painted)) for start, long in tasks)


@pytest.mark.parametrize("which", ["front", "chapter"])
def test_the_page_answers_while_it_loads(tabs, site, served, which):
    chapter = site / manifest(site)["chapters"][0]["url"]
    url = served(site / "book" / "index.html" if which == "front" else chapter)
    times = []
    while not times or (min(times) >= MAX_BLOCKED and len(times) < 5):
        times.append(blocked(tabs, url))  # again: other work on the machine only adds
    print(f"{which} page: blocked for {min(times):.0f} ms")
    assert min(times) < MAX_BLOCKED
