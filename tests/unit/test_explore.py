import json
import re

import matplotlib
import numpy as np
import pytest
from demo import KNOBS, compute, draw, draw_with_image, make

from helpers.book import records, table, theme
from helpers.book.artists import RESOLUTION
from helpers.book.explore import Picture
from helpers.book.knobs import choice, slider


def with_data(**changes):
    return make(compute=lambda w, kind: compute(w, kind) | changes)


def test_table_holds_every_state_as_computed_afresh():
    demo = make()
    shipped = records.from_html(demo.html(), "table")["demo"]
    fresh = [demo.frame(**values) for values in make().states()]
    decoded = [json.loads(json.dumps(table.state(shipped, i))) for i in range(shipped["states"])]
    assert decoded == json.loads(json.dumps(fresh))
    assert len(fresh) == 8


def test_coordinates_are_fractions_of_the_axes_on_a_log_scale():
    x, y, *_ = make().frame(w=4, kind="logistic")
    assert np.cumsum(x).tolist() == [RESOLUTION * i // 10 for i in range(11)]
    assert set(np.cumsum(y)) == {RESOLUTION * 6 // 8}


def test_two_builds_are_identical_to_the_byte():
    assert make().html() == make().html()


@pytest.mark.parametrize("place", [0, 40, -1])
def test_one_flipped_byte_in_a_table_is_found(place):
    page = make().html()
    start, end = page.index('">{"id"') + 2, page.index("</script>") - 1
    at = start + place if place >= 0 else end
    damaged = page[:at] + chr(ord(page[at]) ^ 1) + page[at + 1 :]
    with pytest.raises(ValueError, match="damaged"):
        records.from_html(damaged, "table")


def test_the_page_has_labeled_native_controls_and_the_start_state():
    html = make().html()
    assert '<label for="demo-w">weight</label>' in html
    assert 'aria-valuetext="4 mV"' in html
    assert html.count("vg-play") == 1
    assert '<p class="vg-description">A logistic chain with weight 4.</p>' in html
    assert html.count("<svg") == 2
    assert "w = 4" in html


def test_ids_are_prefixed_and_colors_follow_the_page():
    html = make().html()
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert all(i == "demo" or i.startswith("demo-") for i in ids)
    assert "var(--vg-muted" in html
    assert "<style" not in html.replace("<noscript><style", "")


def test_unknown_and_missing_artists_are_named():
    with pytest.raises(ValueError, match=r"compute gives .*extra.*draw returns"):
        with_data(extra=[1]).html()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"line": ([0, 1], [1, np.nan])}, "NaN"),
        ({"line": ([0, 1], [1, np.inf])}, "NaN or an infinite"),
        ({"line": ([0, 1], [1])}, "one shape"),
        ({"line": 3}, "pair of arrays"),
        ({"line": ([0, 11], [1, 1])}, "leaves its axes"),
        ({"line": ([0, 1], [1, 0])}, "leaves its axes"),
        ({"points": (np.arange(12) / 2, np.ones(12))}, "drawn with 11"),
        ({"bars": [[0.1]]}, "shape"),
        ({"bars": [2.0]}, "leaves its axes"),
        ({"note": 3}, "string of one line"),
    ],
)
def test_bad_data_says_figure_state_and_reason(changes, message):
    with pytest.raises(ValueError, match=rf"explorable 'demo' at .*'w': 1.*{message}"):
        with_data(**changes).html()


def test_image_cells_are_quantized_to_the_colormap():
    def with_image(w, kind):
        return compute(w, kind) | {"image": [[0, 0.5, 1], [1, 1, 0]]}

    demo = make(draw=draw_with_image, compute=with_image)
    *_, cells, sentence = demo.frame(w=4, kind="linear")
    assert cells == "AID///8A"
    assert sentence.startswith("A linear")
    wrong = make(draw=draw_with_image, compute=lambda w, kind: compute(w, kind) | {"image": [[0]]})
    with pytest.raises(ValueError, match=r"array of shape \(2, 3\), got \(1, 1\)"):
        wrong.html()


def test_lines_with_markers_and_other_artists_are_refused():
    def marked(left, right):
        return draw(left, right) | {"line": left.plot([0], [1], marker="o")[0]}

    with pytest.raises(ValueError, match="markers"):
        make(draw=marked).html()
    with pytest.raises(ValueError, match=r"allowed: Line2D \(line\)"):
        make(draw=lambda left, right: draw(left, right) | {"line": left.axhline(1).axes}).html()


def test_knobs_refuse_bad_values():
    with pytest.raises(ValueError, match="it has 1, 2"):
        slider("w", [1, 2], 3, "weight")
    with pytest.raises(ValueError, match="different values"):
        slider("w", [1, 1], 1, "weight")
    with pytest.raises(ValueError, match="lower-case"):
        choice("Kind!", ["a", "b"], "a", "kind")
    with pytest.raises(ValueError, match="one or more knobs"):
        make(knobs=())
    with pytest.raises(ValueError, match="1,001 states; allowed are 1,000"):
        make(knobs=(slider("w", range(1001), 4, "weight"),))
    with pytest.raises(ValueError, match="figure id"):
        make(id="Demo 1")


def test_a_table_over_budget_fails_the_build():
    rng = np.random.default_rng(0)
    knobs = (slider("w", range(900), 4, "weight"), *KNOBS[1:0])
    noise = make(
        knobs=knobs,
        compute=lambda w: compute(4, "logistic") | {"line": (rng.uniform(0, 10, 99), np.ones(99))},
        describe=lambda data, w: "Noise.",
    )
    with pytest.raises(ValueError, match="bytes gzipped; allowed are 100,000"):
        noise.html()


def test_numbers_in_ticks_titles_and_labels_stay_whole():
    def fine(axes):
        axes.set(xlim=(0, 0.002), title="p = 0.00123")
        axes.set_xticks([0, 0.001, 0.0015])
        axes.imshow(np.eye(2), extent=(0, 0.001, 0, 1), aspect="auto")

    html = Picture(id="fine", title="Fine", draw=fine, alt="0.00051").html()
    assert all(text in html for text in ("0.0015<", "p = 0.00123", 'aria-label="0.00051"'))
    assert html.count('href="data:image/png') == 2


def test_one_bar_and_names_that_begin_alike_are_drawn():
    def few(left, right):
        left.set(xlim=(0, 1), ylim=(0, 1))
        return {
            "bar": left.bar([0.5], [1], width=0.8),
            "bar-0": left.bar([0.5], [1], width=0.2),
            "bar-0-x": left.plot([0, 1], [0, 1])[0],
        }

    def data(w, kind):
        return {"bar": [0.1 * w], "bar-0": [0.5], "bar-0-x": ([0, 1], [0, 0.1 * w])}

    html = make(draw=few, compute=data).html()
    assert all(f'id="demo-wide-{name}"' in html for name in ("bar", "bar-0", "bar-0-x"))
    with pytest.raises(ValueError, match="artist name 'line_1'"):
        make(
            draw=lambda left, right: {"line_1": left.plot([0, 1], [0, 1])[0]},
            compute=lambda w, kind: {"line_1": ([0, 1], [0, 1])},
        ).html()


def test_the_readers_matplotlib_settings_do_not_reach_the_page():
    before = make().html()
    with matplotlib.rc_context({"xtick.direction": "in", "axes.unicode_minus": False}):
        assert make().html() == before


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (99.7, 2, "100"),
        (9.96, 1, "10"),
        (999.6, 3, "1,000"),
        (-3, 2, "−3"),
        (0.25, 2, "0.25"),
        (3.44e-5, 2, "3.4·10⁻⁵"),
        (1.5e9, 2, "1.5·10⁹"),
        (12345, 2, "12,345"),
        (0, 2, "0"),
    ],
)
def test_numbers_read_well_in_a_sentence(value, digits, text):
    assert theme.number(value, digits) == text


def test_a_number_for_a_sentence_is_finite():
    with pytest.raises(ValueError, match="must be finite"):
        theme.number(float("nan"))


def test_colors_have_roles():
    with pytest.raises(ValueError, match="choose from paper"):
        theme.color("red")
    assert theme.ramp(3)[0] == theme.color("early")
    assert theme.ramp(3)[-1] == theme.color("late")
    with pytest.raises(ValueError, match="at least one"):
        theme.ramp(0)


def test_show_in_each_host(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("helpers.book.explore.display", lambda bundle, raw: shown.append(bundle))
    for name in ("text", "site"):
        monkeypatch.setenv("HELPERS_HOST", name)
        make().show()
    assert list(shown[0]) == ["text/plain"]
    assert "vg-table" in shown[1]["text/html"]
    monkeypatch.setenv("HELPERS_HOST", "paper")
    with pytest.raises(ValueError, match="allowed: live, site, text"):
        make().show()


def test_the_live_widget_and_the_site_say_the_same(monkeypatch, capsys):
    settings = ({}, {"w": 8}, {"kind": "linear"})
    monkeypatch.setenv("HELPERS_HOST", "site")
    make().drive(*settings)
    on_site = capsys.readouterr().out
    monkeypatch.setenv("HELPERS_HOST", "text")
    make().drive(*settings)
    assert capsys.readouterr().out == on_site
    assert on_site.count("\n") == 3


def test_the_live_widget_refuses_what_is_not_there():
    widget = make().widget()
    assert widget.frame == list(make().frame(w=4, kind="logistic"))
    with pytest.raises(ValueError, match="it has 1, 2, 4, 8"):
        widget.turn(w=3)
    with pytest.raises(ValueError, match="has the knobs w, kind; got w, kind, gain"):
        widget.turn(gain=3)
    with pytest.raises(Exception, match="below each of"):
        widget.state = [9, 9]
    assert widget.state == [2, 0]
