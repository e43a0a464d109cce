"""Browser tabs that notice everything that goes wrong on their pages."""

from urllib.parse import urlsplit


class Tabs:
    """Open pages in fresh profiles; `problems` collects what a visitor would not notice.

    Console errors and warnings, exceptions, failed requests, answers from 400 on, and requests to
    another origin than the page's own.
    """

    def __init__(self, browser):
        self.browser = browser
        self.contexts = []
        self.problems = []

    def new(self, url: str, init: str = "", **options):
        """Return an empty page for `url`, which will run the script `init` first.

        `options` are those of a browser context.
        """
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        page = context.new_page()
        if init:
            page.add_init_script(init)
        self._watch(page, url)
        return page

    def open(self, url: str, **options):
        """Return a page that shows `url`."""
        page = self.new(url, **options)
        page.goto(url)
        return page

    def _watch(self, page, url):
        origin = urlsplit(url)[:2]
        page.on("console", lambda m: self._note(m.type in ("error", "warning"), url, m.text))
        page.on("pageerror", lambda error: self._note(True, url, error))
        page.on("requestfailed", lambda r: self._note(True, url, f"{r.url}: {r.failure}"))
        page.on("response", lambda r: self._note(r.status >= 400, url, f"{r.url}: {r.status}"))
        page.on("request", lambda r: self._note(_foreign(r.url, origin), url, f"asks {r.url}"))

    def _note(self, wrong, url, text):
        if wrong:
            self.problems.append(f"{url}: {text}")

    def close(self) -> None:
        """Close all of them."""
        for context in self.contexts:
            context.close()


def _foreign(address, origin):
    return urlsplit(address)[:2] != origin and not address.startswith(("data:", "blob:"))
