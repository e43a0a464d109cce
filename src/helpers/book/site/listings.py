"""The scoreboard and the index of explorables, assembled from what executed chapters leave.

A Sphinx extension. It reads the records (`helpers.book.records`) in the pages' doctrees; nothing
of it is typed by hand.
"""

from html import escape

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from helpers.book import records


def found(app: Sphinx, docname: str, kind: str) -> dict[str, dict]:
    """Return the records of one kind on a page, by id."""
    raw = app.env.get_doctree(docname).findall(nodes.raw)
    try:
        return records.from_html("\n".join(node.astext() for node in raw), kind)
    except ValueError as error:
        raise ExtensionError(f"{docname}: {error}") from error


def everywhere(app: Sphinx, kind: str) -> dict[str, list[dict]]:
    """Return the records of one kind on all pages, by page; ids are unique in the book."""
    pages = {name: found(app, name, kind) for name in sorted(app.env.found_docs)}
    first: dict[str, str] = {}
    for name, page in pages.items():
        for id_ in page:
            if id_ in first:
                where = f"{first[id_]} and {name}"
                raise ExtensionError(f"the id {id_!r} of kind {kind!r} stands on {where}")
            first[id_] = name
    return {name: list(page.values()) for name, page in pages.items() if page}


class Listing(nodes.General, nodes.Element):
    """A list of all records of one kind, filled in when its page is written."""


class ListingDirective(Directive):
    """`{scoreboard}` lists the claims, `{explorables}` the figures with knobs."""

    def run(self):
        """Leave a placeholder and remember its page."""
        env = self.state.document.settings.env
        env.metadata[env.docname]["listing"] = self.name
        return [Listing(kind=self.name)]


def rewrite_listings(app: Sphinx, env) -> list[str]:
    """Write the pages with listings anew whenever a build reads anything."""
    return [name for name, data in env.metadata.items() if "listing" in data]


def fill_listings(app: Sphinx, doctree, docname: str) -> None:
    """Replace the placeholders of one page."""
    for node in list(doctree.findall(Listing)):
        rows = _claim_rows if node["kind"] == "scoreboard" else _explorable_rows
        node.replace_self(nodes.raw("", rows(app, docname), format="html"))


def _claim_rows(app, docname):
    cited = {
        c.key: app.builder.get_relative_uri(docname, c.bibliography_key.docname)
        + f"#{c.citation_id}"
        for c in app.env.get_domain("cite").citations
    }
    rows = []
    for name, claims in everywhere(app, "claim").items():
        url = app.builder.get_relative_uri(docname, name)
        rows += [_claim_row(c, url, citation(c, cited)) for c in claims]
    heads = "".join(
        f"<th scope=col>{head}</th>"
        for head in ("Claim", "Verdict", "Median [range]", "Band", "Seeds")
    )
    return (
        '<div tabindex="0" role="region" aria-label="Scoreboard" class="vg-scroll">'
        f'<table class="vg-scoreboard"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def citation(claim: dict, cited: dict[str, str]) -> str:
    """Return the address of a claim's source in the bibliography, "" for a claim without a key.

    Raises
    ------
    ExtensionError
        If the bibliography has no such key.
    """
    if claim["key"] and claim["key"] not in cited:
        raise ExtensionError(
            f"claim {claim['id']!r}: the bibliography has no key {claim['key']!r}; it lists the "
            "entries of book/references.bib that some page cites"
        )
    return cited.get(claim["key"], "")


def _claim_row(claim, url, address):
    source = escape(claim["source"])
    if address:
        source = f'<a href="{address}">{source}</a>'
    middle, _, spread = claim["measured"].partition(" ")
    prints = "" if claim["paper"] is None else f"source: {claim['paper']:g}"
    return (
        f'<tr><td><a href="{url}#claim-{claim["id"]}">{escape(claim["statement"])}</a>'
        f"<br><small>{source}; {escape(claim['quantity'])}</small></td>"
        f'<td><strong class="vg-verdict" data-verdict="{claim["verdict"]}">{claim["verdict"]}'
        f"</strong></td><td>{middle}<br><small>{spread}</small></td>"
        f"<td>{escape(claim['band_text'])}<br><small>{prints}</small></td>"
        f"<td>{len(claim['values']):,}</td></tr>"
    )


def _explorable_rows(app, docname):
    items = []
    for name, figures in everywhere(app, "table").items():
        url = app.builder.get_relative_uri(docname, name)
        chapter = escape(app.env.titles[name].astext())
        items += [
            f'<li><a href="{url}#{f["id"]}">{escape(f["question"])}</a>'
            f"<br><span>{chapter}. {escape(f['title'])}</span></li>"
            for f in figures
        ]
    return f'<ul class="vg-index">{"".join(items)}</ul>'


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_node(Listing)
    for name in ("scoreboard", "explorables"):
        app.add_directive(name, ListingDirective)
    app.connect("env-updated", rewrite_listings)
    app.connect("doctree-resolved", fill_listings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
