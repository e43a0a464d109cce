"""Links in the prose that set a figure: `[a gain of 4](#gradient-norms?gain=4)`.

A Sphinx extension. MyST would look for a target of that name; such a link is an address of this
page, which `explore.js` follows on the site and in the live notebook alike.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


class KeepStateLinks(SphinxTransform):
    """Leave links with a query as they are, before MyST resolves the others."""

    default_priority = 870  # MyST's ResolveAnchorIds has 879

    def apply(self, **kwargs) -> None:
        """Mark each link to a state."""
        for node in self.document.findall(nodes.reference):
            if node.get("id_link") and "?" in node.get("refuri", ""):
                del node["id_link"]
                node["classes"].append("vg-drive")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform."""
    app.add_transform(KeepStateLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
