import pytest

from helpers.book import records
from helpers.book.claims import Claim, announce
from helpers.book.declared import products_of_small_numbers

CLAIM = Claim("half", "It is a half.", "nobody 1991, section 1", band=(0.4, 0.6), paper=0.5)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([0.4, 0.5, 0.5, 0.5, 0.6], "reproduced"),
        ([0.1, 0.5, 0.5, 0.5, 0.6], "partly"),
        ([0.1, 0.1, 0.1, 0.5, 0.6], "not reproduced"),
        ([float("nan")] * 5, "not reproduced"),
        ([float("inf"), 0.5, 0.5, 0.5, 0.5], "partly"),
    ],
)
def test_the_verdict_follows_from_the_values(values, verdict):
    judged = CLAIM.judge(values)
    assert judged.verdict == verdict
    assert judged.record()["verdict"] == verdict
    assert records.from_html(judged.html(), "claim")["half"]["band"] == [0.4, 0.6]


def test_values_are_one_per_seed():
    with pytest.raises(ValueError, match="one value per seed"):
        CLAIM.judge([[0.5] * 5] * 2)


@pytest.mark.parametrize(("name", "band"), [("Half!", (0, 1)), ("half", (0, float("nan")))])
def test_ids_and_bands_are_checked(name, band):
    with pytest.raises(ValueError, match="claim"):
        Claim(name, "X.", "nobody", band=band)


def test_fewer_than_five_values_are_no_evidence():
    with pytest.raises(ValueError, match="5 or more values, got 4"):
        CLAIM.judge([0.5] * 4)


@pytest.mark.parametrize("band", [(None, None), (1.0, 0.0), (1.0, 1.0)])
def test_a_band_needs_an_order(band):
    with pytest.raises(ValueError, match="low < high"):
        Claim("x", "X.", "nobody", band=band)


def test_open_bands_and_reasons():
    least = Claim("least", "At least.", "nobody", band=(0.98, None))
    assert str(least.judge([0.99] * 5)) == "least: reproduced"
    assert least.band_text() == "at least 0.98"
    assert least.untestable("no data").verdict == "not testable here"
    assert "no data" in least.untestable("no data").html()


def test_declared_claims_are_announced_before_the_run(monkeypatch, capsys):
    shown = []
    monkeypatch.setenv("HELPERS_HOST", "text")
    monkeypatch.setattr("helpers.book.claims.display", lambda bundle, raw: shown.append(bundle))
    announce(products_of_small_numbers)
    assert "glorot-standard: 0.4 to 0.6" in shown[0]["text/plain"]
    assert list(shown[0]) == ["text/plain"]
