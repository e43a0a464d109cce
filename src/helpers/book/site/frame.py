"""What the page frame needs from each document: kind, number, contents, solutions that fold."""

import html
import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
CHAPTER_NAME = re.compile(r"book/(\d\d)-[a-z0-9-]+")
CHAPTER_TITLE = re.compile(r'<h1><span class="section-number">(\d+)\. </span>')
SCROLLS = r'(?<!pst-scrollable-table-container">)(?<!vg-scroll">)'
BARE_TABLE = re.compile(SCROLLS + r"<table\b.*?</table>", re.DOTALL)
TEXT_FACES = [
    '1em "Gradient Serif"',
    'italic 1em "Gradient Serif"',
    '600 1em "Gradient Serif"',
    '1em "Gradient Display"',
    '1em "Gradient Sans"',
    '600 1em "Gradient Sans"',
]
MATH_FACES = {
    'class="katex"': "1em KaTeX_Main",
    "mathnormal": "italic 1em KaTeX_Math",
    "mathbf": "bold 1em KaTeX_Main",
    "boldsymbol": "italic bold 1em KaTeX_Math",
    "mathbb": "1em KaTeX_AMS",
    "delimsizing size1": "1em KaTeX_Size1",
    "small-op": "1em KaTeX_Size1",
    "delimsizing size2": "1em KaTeX_Size2",
    "large-op": "1em KaTeX_Size2",
    "delimsizing size3": "1em KaTeX_Size3",
}
CURRENT_LINK = '<a class="current reference internal"'


class QuestionTransform(SphinxPostTransform):
    """Mark the chapter's question: a first paragraph that is one emphasized sentence."""

    default_priority = 20
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Add the class `question` to that paragraph."""
        for title in self.document.findall(nodes.title):
            after = title.next_node(siblings=True, descend=False)
            if isinstance(after, nodes.paragraph) and [*map(type, after)] == [nodes.emphasis]:
                after["classes"].append("question")
            return


class Fold(nodes.General, nodes.Element):
    """A part that readers unfold; its first child is the title."""


class FoldTransform(SphinxPostTransform):
    """Turn admonitions of class `dropdown` into folds, which need no script."""

    default_priority = 21
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace each such admonition, keeping its classes and content."""
        for box in list(self.document.findall(nodes.Admonition)):
            if "dropdown" in box["classes"]:
                title = box[0].astext() if isinstance(box[0], nodes.title) else "Details"
                content = box[1:] if isinstance(box[0], nodes.title) else box[:]
                box.replace_self(Fold("", *content, title=title))


def visit_fold(writer, node: Fold) -> None:
    """Open <details> with its summary."""
    writer.body.append(writer.starttag(node, "details", CLASS="admonition"))
    summary = html.escape(node["title"])
    writer.body.append(f'<summary class="admonition-title">{summary}</summary>\n')


def depart_fold(writer, node: Fold) -> None:
    """Close it."""
    writer.body.append("</details>\n")


def page_kind(name: str, root: str) -> str:
    """Kind of a page: `front`, `chapter` or `plain`."""
    if name == root:
        return "front"
    return "chapter" if CHAPTER_NAME.fullmatch(name) else "plain"


def number_title(name: str, body: str) -> str:
    """Set the number of a chapter above its title; warn where it is not the file's number."""
    found, expected = CHAPTER_TITLE.search(body), CHAPTER_NAME.fullmatch(name)
    if not found or not expected:
        return body
    if int(found[1]) != int(expected[1]):
        LOGGER.warning("%s is chapter %s of the contents", name, found[1], location=name)
    heading = f'<p class="chapter-number">Chapter {found[1]}</p>\n<h1>'
    return body[: found.start()] + heading + body[found.end() :]


def contents(context: dict[str, Any], doctree: nodes.document | None) -> str:
    """Contents of the book as nested lists; below the current page come its sections."""
    listed = context["toctree"](maxdepth=1, collapse=True, includehidden=True, titles_only=True)
    listed = re.sub(r' (role="heading"|aria-level="\d")', "", str(listed or ""))
    before, current, after = listed.partition(CURRENT_LINK)
    if not current or doctree is None:
        return listed
    return (
        before
        + current
        + ' aria-current="page"'
        + after.replace("</a>", "</a>" + section_list(doctree), 1)
    )


def section_list(doctree: nodes.document) -> str:
    """Sections of a page, one level below its title, as a list of links; empty if there are few."""
    page = next(doctree.findall(nodes.section))
    sections = [node for node in page if isinstance(node, nodes.section)]
    links = [
        f'<li><a href="#{html.escape(node["ids"][0])}">{html.escape(node[0].astext())}</a></li>'
        for node in sections
    ]
    return f"<ul>{''.join(links)}</ul>" if len(links) > 1 else ""


def description(doctree: nodes.document | None) -> str:
    """First sentences of a page, for search engines: at most 160 characters, whole words."""
    paragraphs = doctree.findall(nodes.paragraph) if doctree else ()
    text = " ".join(next((p.astext() for p in paragraphs if len(p.astext()) > 60), "").split())
    return text if len(text) <= 160 else text[:157].rsplit(" ", 1)[0] + " …"


def repair(body: str) -> str:
    """Let every table scroll, in one container, and name the items of the bibliography."""
    body = BARE_TABLE.sub(r'<div class="pst-scrollable-table-container">\g<0></div>', body)
    return body.replace('role="doc-biblioentry"', 'role="listitem"')


def font_faces(body: str) -> list[str]:
    """Fonts that a page will need, to be asked for before the text is laid out."""
    math = {face for mark, face in MATH_FACES.items() if mark in body and 'class="katex"' in body}
    return TEXT_FACES + sorted(math)


def prepare_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Give the templates what they show around the text."""
    kind = page_kind(pagename, app.config.root_doc)
    context["page_kind"] = kind
    context["contents_html"] = contents(context, doctree)
    context["page_description"] = description(doctree)
    context["font_faces"] = font_faces(context.get("body") or "")
    if doctree is None:
        return
    context["body"] = repair(number_title(pagename, context["body"]))
    if kind == "chapter":
        context["notebook_url"] = context["pathto"](f"_sources/{pagename}.ipynb", 1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the transforms and the page context."""
    app.add_node(Fold, html=(visit_fold, depart_fold))
    app.add_post_transform(QuestionTransform)
    app.add_post_transform(FoldTransform)
    app.connect("html-page-context", prepare_page, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
