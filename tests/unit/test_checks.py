"""What fails a build: links to states, changed verdicts, budgets, ids and keys."""

import json
import os
import random
import string
import time
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from helpers.book import records
from helpers.book.site import checks, listings, notebooks

CHAIN = {
    "id": "chain",
    "knobs": [
        {"name": "weight", "keys": ["1", "4"]},
        {"name": "case", "keys": ["tanh, normalized", "a&b"]},
    ],
    "states": 4,
    "bytes_gz": 9_000,
}
TABLES = {"book/01-small": [CHAIN]}


def complaints(href, docname="book/01-small"):
    return checks.broken_links(docname, f'<p><a class="x" href="{href}">x</a></p>', TABLES)


@pytest.mark.parametrize(
    "href",
    [
        "#chain?weight=4",
        "#chain?weight=4&amp;case=tanh, normalized",
        "#chain?case=tanh%2C+normalized&amp;weight=1",
        "#chain?case=a%26b",
        "#chain?",
        "#chain",
        "01-small.html?weight=99",
        "https://example.org/#chain?weight=99",
        "//example.org/x.html#chain?weight=99",
        "01-small.html#chain?weight=4",
    ],
)
def test_links_to_states_that_exist_pass(href):
    assert complaints(href) == []


@pytest.mark.parametrize(
    ("href", "complaint"),
    [
        ("#chain?weight=99", "weight has no value '99'; it has: 1, 4"),
        ("#chain?case", "case has no value ''; it has: tanh, normalized, a&b"),
        ("#chain?weight=1=4", "weight has no value '1=4'"),
        ("#chain?gain=1&amp;weight=4", "no knob 'gain'; there are: weight, case"),
        ("#chaim?weight=1", "no figure 'chaim'; there are: chain"),
        ("01-small.html#chain?weight=99", "weight has no value '99'"),
        ("../book/01-small.html#chain?weight=99", "weight has no value '99'"),
        ("02-large.html#chain?weight=4", "no figure 'chain'; there are: none"),
    ],
)
def test_links_to_states_that_do_not_exist_are_named(href, complaint):
    (found,) = complaints(href)
    assert found.startswith(f"book/01-small: the link {href.replace('&amp;', '&')}: {complaint}")


def test_links_are_resolved_from_their_page():
    assert complaints("book/01-small.html#chain?weight=4", "index") == []
    assert len(complaints("#chain?weight=4", "book/index")) == 1


def notebook(path, *outputs, source="half: reproduced"):
    cells = [
        {"cell_type": "markdown", "source": source},
        {"cell_type": "code", "source": source, "outputs": list(outputs)},
    ]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def shown(text):
    return {"output_type": "display_data", "data": {"text/plain": text}}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("half: reproduced", True),
        (["not-half: partly\n", "half: reproduced"], True),
        ("not-half: reproduced", False),
        ("half: not reproduced (0 of 5)", False),
        ("", False),
    ],
)
def test_a_verdict_is_the_one_that_a_cell_has_printed(text, kept, tmp_path):
    stream = {"output_type": "stream", "text": "half: reproduced"}
    path = notebook(tmp_path / "01-x.ipynb", stream, shown(text))
    found = checks.changed_verdicts(path, [{"id": "half", "verdict": "reproduced"}])
    assert (found == []) is kept
    assert kept or found[0].startswith("01-x.ipynb: claim half is now 'reproduced'")


def test_a_page_that_is_no_notebook_stores_no_verdicts(tmp_path):
    claims = [{"id": "half", "verdict": "reproduced"}]
    assert checks.changed_verdicts(tmp_path / "index.md", claims) == []


def test_a_page_has_a_budget():
    full = [CHAIN | {"bytes_gz": 100_000}] * 3
    assert checks.over_budget({"a": full}) == []
    (complaint,) = checks.over_budget({"a": full, "b": [*full, CHAIN]})
    assert complaint == "b: explorables take 309,000 bytes gzipped; a page may hold 300,000"


def test_the_renderer_has_a_budget():
    notebooks.check_renderer("x" * 100_000)
    letters = "".join(random.Random(0).choices(string.ascii_letters, k=20_000))
    with pytest.raises(ExtensionError, match=r"explore\.js takes 1\d,\d{3} bytes gzipped.*10,000"):
        notebooks.check_renderer(letters)


def test_the_manifest_lists_chapters_only(monkeypatch):
    def run(_env, _name):
        return {"runtime": 1.23}

    monkeypatch.setattr(checks.NbMetadataCollector, "get_exec_data", run)
    app = SimpleNamespace(
        env=SimpleNamespace(found_docs={"book/index", "book/01-small", "book/glossary"}),
        builder=SimpleNamespace(get_target_uri=lambda name: f"{name}.html"),
    )
    listed = checks._manifest(app, TABLES, {})
    assert listed["chapters"] == [{"slug": "01-small", "url": "book/01-small.html", "seconds": 1.2}]
    assert listed["explorables"][0]["page"] == "book/01-small.html"


def test_an_id_stands_once_on_a_page():
    record = records.to_html("table", {"id": "chain"})
    other = records.to_html("claim", {"id": "chain"})
    assert list(records.from_html(record + other, "table")) == ["chain"]
    with pytest.raises(ValueError, match="kind 'table' on one page have the id 'chain'"):
        records.from_html(record + other + record, "table")


def test_an_id_stands_on_one_page(monkeypatch):
    pages = {"a": {"chain": CHAIN}, "b": {}, "c": {"chain": CHAIN}}
    monkeypatch.setattr(listings, "found", lambda _app, name, _kind: pages[name])
    app = SimpleNamespace(env=SimpleNamespace(found_docs={"a", "b"}))
    assert listings.everywhere(app, "table") == {"a": [CHAIN]}
    app.env.found_docs.add("c")
    with pytest.raises(ExtensionError, match="id 'chain' of kind 'table' stands on a and c"):
        listings.everywhere(app, "table")


def test_the_key_of_a_claim_stands_in_the_bibliography():
    cited = {"glorot2010": "bibliography.html#id1"}
    assert listings.citation({"id": "half", "key": "glorot2010"}, cited) == cited["glorot2010"]
    assert listings.citation({"id": "half", "key": ""}, cited) == ""
    with pytest.raises(ExtensionError, match=r"claim 'half': .* no key 'glorot2011'"):
        listings.citation({"id": "half", "key": "glorot2011"}, cited)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("nets/mlp.py", True),
        ("nets/__init__.py", True),
        ("data/rain.csv", True),
        ("book/kernels/python3/kernel.json", True),
        ("book/explore.py", True),
        ("book/explore.js", False),
        ("book/explore.css", False),
        ("book/site/checks.py", False),
        ("nets/__pycache__/mlp.pyc", False),
        ("nets/.mlp.py.swp", False),
    ],
)
def test_notebooks_run_anew_after_an_edit_of_what_they_use(name, counts, tmp_path):
    package, file = tmp_path / "helpers", tmp_path / "helpers" / name
    file.parent.mkdir(parents=True)
    for pins in ("requirements.txt", "constraints.txt"):
        (tmp_path / pins).touch()
    hashes = set()
    for text in ("1", "2"):
        file.write_text(text, encoding="utf-8")
        hashes.add(notebooks.code_hash(tmp_path, package))
    assert (len(hashes) == 2) is counts


def test_a_module_that_moves_between_folders_counts(tmp_path):
    for name in ("requirements.txt", "constraints.txt", "helpers/nets/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    before = notebooks.code_hash(tmp_path, tmp_path / "helpers")
    (tmp_path / "helpers/nets").rename(tmp_path / "helpers/data")
    assert notebooks.code_hash(tmp_path, tmp_path / "helpers") != before


def test_caches_unused_for_a_month_go(tmp_path):
    old, used, foreign = (tmp_path / name for name in ("0" * 16, "1" * 16, "notes"))
    for folder in (old, used, foreign):
        (folder / "executed").mkdir(parents=True)
        os.utime(folder, (time.time() - 40 * 24 * 3600,) * 2)
    assert notebooks.current_cache(tmp_path, used.name) == used
    assert (old.exists(), used.exists(), foreign.exists()) == (False, True, True)
