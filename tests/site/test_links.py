"""Every link inside the site leads to a page, and every fragment to a place on it."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from shipped import manifest, pages


class Page(HTMLParser):
    """The links and the places of one page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places, self.images = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.places += [values[key] for key in ("id", "name") if key == "id" or tag == "a"
                        if values.get(key)]  # fmt: skip
        self.links |= {values[key] for key in ("href", "src") if values.get(key)}
        if tag == "img":
            self.images.append(values)


@pytest.fixture(scope="module")
def parsed(site):
    """Return every page of the site, read."""
    return {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in pages(site)}


def broken(path, link, parsed):
    """Say what is wrong with a link, if anything."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return f"{path.name}: {link} leads nowhere"
    place = unquote(parts.fragment.partition("?")[0])
    if place and target in parsed and place not in parsed[target].places:
        return f"{path.name}: {link}: no such place on the page"
    return None


def test_links_lead_somewhere(parsed):
    found = [broken(path, link, parsed) for path, page in parsed.items() for link in page.links]
    assert [problem for problem in found if problem] == []


def test_links_to_states_name_states_that_exist(parsed, site):
    knobs = {entry["id"]: entry["knobs"] for entry in manifest(site)["explorables"]}
    for path, page in parsed.items():
        for link in page.links:
            figure, asks, query = urlsplit(link).fragment.partition("?")
            for name, key in parse_qsl(query, keep_blank_values=True) if asks else ():
                assert key in knobs[figure][name], f"{path.name}: {link}"


def test_every_page_can_be_reached_from_the_front(parsed, site):
    todo, seen = [(site / "book" / "index.html").resolve()], set()
    while todo:
        path = todo.pop()
        if path in seen or path not in parsed:
            continue
        seen.add(path)
        paths = (unquote(urlsplit(link).path) for link in parsed[path].links if "://" not in link)
        todo += [(path.parent / name).resolve() for name in paths if name]
    assert sorted(path.name for path in set(parsed) - seen) == []


def test_ids_are_unique_and_images_have_words(parsed):
    for path, page in parsed.items():
        twice = {place for place in page.places if page.places.count(place) > 1}
        assert not twice, f"{path.name}: {twice}"
        assert all("alt" in image for image in page.images), path.name
