"""Every page asks its own origin alone, misses nothing and complains of nothing."""

import re

from shipped import pages

REMOTE = re.compile(
    r"""<(?:script|link|img|iframe|source|audio|video|embed|object|use|image)\b[^>]*?
        \s(?:src|srcset|href|data)\s*=\s*["']?\s*((?:https?:)?//[^"'\s>]+)
      | (?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)
      | ["'`]((?:https?:)?//(?:cdn|unpkg|fonts)[^"'`\s]*)""",
    re.VERBOSE,
)


def test_pages_opened_as_files_load_only_what_the_site_holds(tabs, site):
    for path in pages(site):
        page = tabs.open(path.as_uri())
        assert page.title(), path
        page.wait_for_timeout(200)
        page.close()
    assert tabs.problems == []


def test_the_root_opens_the_front_page(tabs, site):
    page = tabs.open((site / "index.html").as_uri())
    page.wait_for_url("**/book/index.html")


def test_no_file_names_a_remote_asset(site):
    files = [path for path in site.rglob("*") if path.suffix in (".html", ".css", ".js", ".svg")]
    found = [
        f"{path.relative_to(site)}: {next(filter(None, match.groups()))}"
        for path in files
        for match in REMOTE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_search_answers_without_a_server(tabs, site):
    page = tabs.open((site / "search.html").as_uri() + "?q=logistic")
    results = page.locator("#search-results li a")
    results.first.wait_for(timeout=10_000)
    assert any("01-products" in link.get_attribute("href") for link in results.all())
    results.first.click()
    page.locator("main h1").first.wait_for()


def test_the_search_field_of_a_page_leads_to_results(tabs, site):
    page = tabs.open(next(path for path in pages(site) if "01-" in path.name).as_uri())
    page.keyboard.press("/")
    page.keyboard.type("gradient")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=gradient*")
    page.locator("#search-results li a").first.wait_for(timeout=10_000)
