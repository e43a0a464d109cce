"""The tables on the pages hold what the kernel computes, within the budgets."""

import gzip
import json
from itertools import product
from math import prod

import numpy as np
import pytest
from shipped import FIGURES, manifest, page_of, pages

from helpers.book import records, table

MAX_PAGE, MAX_RENDERER, SAMPLE = 300_000, 10_000, 20


def plain(value):
    """Return a value as JSON gives it back."""
    return json.loads(json.dumps(value))


def chosen(explorable):
    """Return corners of the knobs' ranges, the start, and a seeded sample of states."""
    names = [knob.name for knob in explorable.knobs]
    ends = product(*((knob.values[0], knob.values[-1]) for knob in explorable.knobs))
    states = list(explorable.states())
    places = np.random.default_rng(1991).integers(0, len(states), SAMPLE)
    corners = [dict(zip(names, values, strict=True)) for values in ends]
    return [explorable.start, *corners, *(states[place] for place in places)]


def place_of(explorable, values):
    """Return the number of a state, the last knob running fastest."""
    sizes = [len(knob.values) for knob in explorable.knobs]
    places = [knob.place(values[knob.name]) for knob in explorable.knobs]
    return int(np.ravel_multi_index(places, sizes))


def differences(explorable, html):
    """Return what a page's table gets wrong; ValueError if it is damaged."""
    shipped = records.from_html(html, "table")[explorable.id]
    record = plain(explorable.record())
    wrong = [key for key in record if shipped[key] != record[key]]
    if shipped["states"] != prod(len(knob.values) for knob in explorable.knobs):
        wrong.append("states")
    for values in chosen(explorable):
        if list(table.state(shipped, place_of(explorable, values))) != plain(
            explorable.frame(**values)
        ):
            wrong.append(values)
    return wrong


@pytest.fixture(params=FIGURES)
def shipped(request, site):
    """Return an explorable and the text of the page that shows it."""
    page = site / page_of(site, request.param)
    return FIGURES[request.param], page.read_text(encoding="utf-8")


def test_the_table_on_the_page_is_what_the_kernel_computes(shipped):
    assert differences(*shipped) == []


def test_a_flipped_byte_is_found(shipped):
    explorable, html = shipped
    start = html.index("{", html.index(f'class="vg-table" data-id="{explorable.id}"'))
    end = html.index("</script>", start)
    for at in np.random.default_rng(1992).integers(start, end, 3):
        damaged = html[:at] + chr(ord(html[at]) ^ 1) + html[at + 1 :]
        with pytest.raises(ValueError, match="damaged"):
            differences(explorable, damaged)


def test_a_change_with_a_new_checksum_is_found_too(shipped):
    explorable, html = shipped
    record = records.from_html(html, "table")[explorable.id]
    at = place_of(explorable, explorable.start)
    column = next(c for c, pool in enumerate(record["pools"]) if pool and pool[0] != "")
    index = record["index"][column]
    record["pools"][column][0 if index is None else index[at]] = [1]
    assert explorable.start in differences(explorable, records.to_html("table", record))


def test_every_explorable_stands_on_one_page_and_in_the_manifest(site):
    listed = {entry["id"]: entry for entry in manifest(site)["explorables"]}
    assert sorted(listed) == sorted(FIGURES)
    for name, entry in listed.items():
        holders = [page for page in pages(site) if f'data-id="{name}"' in page.read_text("utf-8")]
        assert [page.relative_to(site).as_posix() for page in holders] == [entry["page"]]
        knobs = {k.name: [k.key(value) for value in k.values] for k in FIGURES[name].knobs}
        assert entry["knobs"] == knobs
        assert entry["states"] == prod(map(len, knobs.values()))


def test_sizes_are_within_the_budgets_and_as_listed(site):
    for page in pages(site):
        found = records.PATTERN.findall(page.read_text(encoding="utf-8"))
        sizes = {name: records.gzip_size(text) for kind, name, *_, text in found if kind == "table"}
        listed = {e["id"]: e["bytes_gz"] for e in manifest(site)["explorables"] if e["id"] in sizes}
        assert listed == sizes
        assert max(sizes.values(), default=0) <= table.MAX_BYTES
        assert sum(sizes.values()) <= MAX_PAGE
    assert all(e["states"] <= table.MAX_STATES for e in manifest(site)["explorables"])


def test_the_renderer_is_small(site):
    script = (site / "_static" / "explore.js").read_bytes()
    assert len(gzip.compress(script, mtime=0)) <= MAX_RENDERER
