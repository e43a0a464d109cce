"""What a figure shows in the browser, and what Matplotlib says it should show."""

import re

import numpy as np
from matplotlib.container import BarContainer

from helpers.book import artists

TOLERANCE = 0.3
"""CSS pixels: boxes and coordinates are rounded to 0.1, data to 1/4000 of the axes."""

READ = """async ([id, names]) => {
  const pixels = async (element) => {
    const picture = new Image();
    picture.src = element.getAttribute("href");
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const data = [...context.getImageData(0, 0, picture.width, picture.height).data];
    const box = ["x", "y", "width", "height"].map((key) => Number(element.getAttribute(key)));
    return { box, data, shape: [picture.height, picture.width, 4] };
  };
  const shown = {};
  for (const layout of ["wide", "narrow"]) {
    for (const name of names) {
      const group = document.getElementById(`${id}-${layout}-${name}`);
      const parts = [...group.children].filter((part) => part.getAttribute("display") !== "none");
      shown[`${layout} ${name}`] = {
        text: group.textContent,
        paths: parts.map((part) => part.getAttribute("d")),
        circles: parts.map((part) => [part.getAttribute("cx"), part.getAttribute("cy")]),
        image: parts[0].localName === "image" ? await pixels(parts[0]) : null,
      };
    }
  }
  const figure = document.getElementById(id);
  shown.description = figure.querySelector(".vg-description").textContent;
  shown.controls = [...figure.querySelectorAll("form [name]")].map((control) => [
    control.name, control.value, control.getAttribute("aria-valuetext"),
    figure.querySelector(`output[for="${control.id}"]`)?.textContent ?? null,
  ]);
  return shown;
}"""


def check(page, explorable, values) -> None:
    """Assert that figure, controls and sentence show the kernel's answer to `values`."""
    data = explorable.compute(**values)
    shown = page.evaluate(READ, [explorable.id, list(data)])
    assert shown["controls"] == [_control(knob, values[knob.name]) for knob in explorable.knobs]
    assert shown["description"] == explorable.describe(data, **values)
    for scene in explorable.drawn:
        height = scene.canvas.get_size_inches()[1] * 72
        for name, artist in scene.artists.items():
            kind = artists.kind_of(name, artist)
            _CHECKS[kind](artist, data[name], shown[f"{scene.layout} {name}"], height)


def _control(knob, value):
    text = knob.text(value) if knob.kind == "slider" else None
    return [knob.name, str(knob.place(value)), text, text]


def _line(line, data, shown, height):
    points = re.findall(r"(-?[\d.]+) (-?[\d.]+)", shown["paths"][0])
    _same(points, _pixels(line.axes, np.column_stack(data), height))


def _points(points, data, shown, height):
    _same(shown["circles"], _pixels(points.axes, np.column_stack(data), height))


def _bars(bars: BarContainer, heights, shown, height):
    drawn = [[float(v) for v in re.findall(r"-?[\d.]+", d)] for d in shown["paths"]]
    heights = np.pad(np.asarray(heights, dtype=float), (0, len(bars) - len(heights)))
    for (left, base, top, right, last), bar, tall in zip(drawn, bars, heights, strict=True):
        x, y = np.array(bar.get_xy())
        corners = _pixels(bar.axes, [(x, y), (x + bar.get_width(), y + tall)], height)
        _same([(left, base), (right, top)], corners)
        assert last == base


def _image(image, cells, shown, height):
    left, right, bottom, top = image.get_extent()
    corners = np.sort(_pixels(image.axes, [(left, bottom), (right, top)], height), axis=0)
    x, y, width, tall = shown["image"]["box"]
    _same([(x, y), (x + width, y + tall)], corners)
    seen = np.reshape(shown["image"]["data"], shown["image"]["shape"])
    want = np.rint(255 * image.cmap(image.norm(np.asarray(cells, dtype=float))))
    rows = want[::-1] if image.origin == "lower" else want
    assert seen.shape == rows.shape
    np.testing.assert_allclose(seen, rows, atol=3)


def _text(_text, string, shown, _height):
    assert shown["text"] == string


_CHECKS = {"line": _line, "points": _points, "bars": _bars, "image": _image, "text": _text}


def _pixels(axes, points, height):
    """Return data points in CSS pixels from the top left, as Matplotlib transforms them."""
    x, y = axes.transData.transform(np.asarray(points, dtype=float)).T
    return np.column_stack([x, height - y])


def _same(shown, expected):
    shown = np.asarray(shown, dtype=float)
    assert shown.shape == expected.shape
    np.testing.assert_allclose(shown, expected, atol=TOLERANCE)
