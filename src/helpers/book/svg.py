"""A drawn figure as inline SVG, in the colors of the page.

What Matplotlib wrote is made fit for a page: ids get a prefix, colors become CSS variables, and
the artists that an explorable moves are drawn anew from the same integers that the renderer
(`explore.js`) uses.
"""

import io
import re
from base64 import b64decode, b64encode
from itertools import accumulate
from xml.etree import ElementTree as ET

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.container import BarContainer
from matplotlib.image import imsave

from helpers.book import artists, theme
from helpers.book.scene import Scene

NAMESPACE = "{http://www.w3.org/2000/svg}"
ET.register_namespace("", NAMESPACE[1:-1])
ROUNDED = ("d", "x", "y", "width", "height", "transform", "points")
"""Attributes whose numbers are pixels; two decimals are plenty."""


def to_svg(scene: Scene, figure_id: str, label: str, frame: dict | None = None) -> str:
    """Return the scene as inline SVG, its moving artists in the state of `frame`.

    `frame` maps each artist's name to its channels (`artists.encode`).
    """
    for name, artist in scene.artists.items():
        for i, part in enumerate(artist if isinstance(artist, BarContainer) else [artist]):
            part.set_gid(f"vg:{name}:{i}")
            if hasattr(part, "get_text") and not part.get_text():
                part.set_text("·")
    root = ET.fromstring(matplotlib_svg(scene))
    boxes = scene.boxes()
    for name, channels in (frame or {}).items():
        _repaint(root, name, scene.artists[name], boxes[name], channels)
    _tidy(root, f"{figure_id}-{scene.layout}-")
    root.attrib = {
        "viewBox": root.get("viewBox"),
        "role": "img",
        "aria-label": label,
        "class": f"vg-{scene.layout}",
    }
    return ET.tostring(root, encoding="unicode")


def matplotlib_svg(scene: Scene) -> str:
    """Return the scene as Matplotlib writes it."""
    out = io.StringIO()
    with theme.style():
        scene.canvas.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _repaint(root, name, artist, box, channels):
    """Draw a moving artist anew, as `explore.js` will."""
    kind = artists.kind_of(name, artist)
    parents = {child: parent for parent in root.iter() for child in parent}
    groups = [e for e in root.iter() if e.get("id", "").rpartition(":")[0] == f"vg:{name}"]
    first = groups[0]
    anew = ET.Element(f"{NAMESPACE}g", {"id": name, **_clip(first)})
    anew.extend(_SHAPES[kind](name, artist, box, channels, first))
    parents[first].insert(list(parents[first]).index(first), anew)
    for group in groups:
        parents[group].remove(group)


def _clip(group) -> dict:
    clips = [e.get("clip-path") for e in group.iter() if e.get("clip-path")]
    return {"clip-path": clips[0]} if clips else {}


def _lines(_name, _artist, box, channels, group):
    style = next(e.get("style") for e in group.iter(f"{NAMESPACE}path"))
    points = " L".join(f"{x:.1f} {y:.1f}" for x, y in zip(*_pixels(box, *channels), strict=True))
    return [ET.Element(f"{NAMESPACE}path", {"d": f"M{points}", "style": style})]


def _bars(name, artist, box, channels, _group):
    shape = artists.geometry(name, artist)
    left, base = _pixels(box, shape["left"], shape["base"])
    right, _ = _pixels(box, shape["right"], shape["base"])
    tops = _pixels(box, [0] * len(channels[0]), channels[0])[1]
    paths = []
    for i, bar in enumerate(artist):
        style = f"fill: {to_hex(bar.get_facecolor())}"
        top = tops[i] if i < len(tops) else base[i]
        d = f"M{left[i]:.1f} {base[i]:.1f}V{top:.1f}H{right[i]:.1f}V{base[i]:.1f}Z"
        paths.append(ET.Element(f"{NAMESPACE}path", {"d": d, "style": style}))
    return paths


def _points(_name, artist, box, channels, _group):
    sizes, faces = artist.get_sizes(), artist.get_facecolors()
    xs, ys = _pixels(box, *channels)
    circles = []
    for i in range(len(artist.get_offsets())):
        face = faces[i % len(faces)]
        at = {"cx": f"{xs[i]:.1f}", "cy": f"{ys[i]:.1f}"} if i < len(xs) else {"display": "none"}
        style = f"fill: {to_hex(face)}; fill-opacity: {face[3]:g}"
        radius = f"{np.sqrt(sizes[i % len(sizes)]) / 2:.1f}"
        circles.append(ET.Element(f"{NAMESPACE}circle", at | {"r": radius, "style": style}))
    return circles


def _image(name, artist, _box, channels, _group):
    shape = artists.geometry(name, artist)
    cells = np.frombuffer(b64decode(channels[0]), np.uint8).reshape(shape["rows"], -1)
    colors = np.array([to_rgba(color) for color in shape["colors"]])[cells]
    png = io.BytesIO()
    imsave(png, colors[::-1] if shape["flip"] else colors, format="png")
    href = f"data:image/png;base64,{b64encode(png.getvalue()).decode()}"
    at = {"href": href, "preserveAspectRatio": "none"} | _extent(artist)
    return [ET.Element(f"{NAMESPACE}image", at)]


def _extent(image) -> dict:
    """Return where an image lies on its canvas, in CSS pixels."""
    left, right, bottom, top = image.get_extent()
    corners = image.axes.transData.transform([(left, bottom), (right, top)])
    (x0, y0), (x1, y1) = np.sort(corners, axis=0)
    height = image.get_figure().bbox.height
    sides = {"x": x0, "y": height - y1, "width": x1 - x0, "height": y1 - y0}
    return {side: f"{value:.1f}" for side, value in sides.items()}


def _text(_name, _artist, _box, channels, group):
    text = next(e for e in group.iter(f"{NAMESPACE}text"))
    text.text = channels[0]
    return [text]


_SHAPES = {"line": _lines, "bars": _bars, "points": _points, "image": _image, "text": _text}


def _pixels(box, xs, ys):
    left, top, width, height = box
    x = np.array(list(accumulate(xs))) / artists.RESOLUTION
    y = np.array(list(accumulate(ys))) / artists.RESOLUTION
    return left + width * x, top + height * (1 - y)


def _tidy(root, prefix):
    """Prefix ids, turn colors into variables, drop what a page does not need.

    Matplotlib numbers its own groups (`patch_1`); nothing refers to those ids.
    """
    colors = theme.css_colors()
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith("metadata") or child.tag == f"{NAMESPACE}style":
                parent.remove(child)
    for element in root.iter():
        element.tail = None
        if len(element):
            element.text = None
        for key, value in list(element.attrib.items()):
            if key.endswith("href"):
                del element.attrib[key]
                local = f"#{prefix}{value[1:]}"
                element.set("href", local if value.startswith("#") else value)
            elif key == "id" and re.match(r"[\w.]+_\d+$", value):
                del element.attrib[key]
            elif key == "id":
                element.set(key, prefix + value)
            elif "url(#" in value:
                element.set(key, value.replace("url(#", f"url(#{prefix}"))
            elif key == "style":
                element.set(key, _restyle(value, colors))
            elif key in ROUNDED:
                element.set(key, re.sub(r"\d+\.\d+", _rounded, " ".join(value.split())))


def _rounded(match: re.Match) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _restyle(style: str, colors: dict[str, str]) -> str:
    style = re.sub(r"font-family:[^;]*;?\s*|(?<=px )'[^;]*", "", style)
    return re.sub(
        r"([\w-]+): ?(#[0-9a-f]{6})",
        lambda m: f"{m[1]}: {m[2]}; {m[1]}: {colors[m[2]]}" if m[2] in colors else m[0],
        style,
    )
