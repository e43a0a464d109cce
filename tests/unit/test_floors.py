"""The floors of the package: data, nets, learning, measure, book; imports go only downward."""

import pytest

from helpers.learning.provenance import PACKAGE, imported

FLOORS = ("data", "nets", "learning", "measure", "book")
FILES = {path.relative_to(PACKAGE): path for path in PACKAGE.rglob("*.py")}


def test_every_file_stands_on_a_floor():
    assert {path.parts[0] for path in FILES} == {"__init__.py", *FLOORS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.as_posix())
def test_imports_go_only_downward_and_name_what_they_take(path):
    parts = [part for part in path.with_suffix("").parts if part != "__init__"]
    names = list(imported(".".join(["helpers", *parts]), FILES[path]))
    used = {name.split(".")[1] for name in names if name.startswith("helpers.")}
    allowed = FLOORS[: FLOORS.index(parts[0]) + 1] if parts else ()
    assert not (used & set(FLOORS)) - set(allowed)
    assert not [name for name in names if name.endswith(".*")]


def test_an_import_of_all_names_would_be_seen(tmp_path):
    file = tmp_path / "x.py"
    file.write_text("from helpers.book.theme import *", encoding="utf-8")
    assert list(imported("helpers.data.x", file)) == ["helpers.book.theme", "helpers.book.theme.*"]
