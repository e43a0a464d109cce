"""What a result depends on: the modules that its experiment imports, and no others."""

import pytest

from helpers.learning import provenance
from helpers.learning.provenance import closure, code_hash

PACKAGE = {
    "__init__.py": "",
    "data/__init__.py": "",
    "data/tasks.py": "",
    "nets/__init__.py": "from . import rnn",
    "nets/rnn.py": "from ..data import tasks",
    "nets/cnn.py": "",
    "nets/mlp.py": "import numpy as np",
    "learning/__init__.py": "",
    "learning/lag.py": "def f():\n    from toy.nets.mlp import init, Layer",
    "learning/other.py": "import toy.learning.lag, os.path",
}


@pytest.fixture
def toy(tmp_path):
    for name, source in PACKAGE.items():
        path = tmp_path / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return tmp_path / "toy"


def hashed(toy, module="toy.learning.lag"):
    code_hash.cache_clear()
    return code_hash(module, toy)


def test_the_closure_follows_imports_packages_and_relative_names(toy):
    used = {
        path.relative_to(toy).as_posix() for path in closure("toy.learning.other", toy).values()
    }
    assert used == set(PACKAGE) - {"nets/cnn.py"}
    assert "toy.learning.other" not in closure("toy.learning.lag", toy)


def test_an_edit_of_an_unrelated_module_changes_nothing(toy):
    before = hashed(toy)
    (toy / "nets/cnn.py").write_text("1", encoding="utf-8")
    (toy / "learning/other.py").write_text("1", encoding="utf-8")
    assert hashed(toy) == before


@pytest.mark.parametrize("name", ["learning/lag.py", "nets/mlp.py", "data/tasks.py"])
def test_an_edit_of_what_is_used_changes_the_hash(name, toy):
    before = hashed(toy)
    (toy / name).write_text(PACKAGE[name] + "\n1", encoding="utf-8")
    assert hashed(toy) != before


def test_a_library_changes_the_hash(toy, monkeypatch):
    before = hashed(toy)
    monkeypatch.setattr(provenance, "_version", lambda library: f"{library} 0")
    assert hashed(toy) != before


def test_an_experiment_from_elsewhere_depends_on_all_that_computes(toy):
    before = hashed(toy, "__main__")
    (toy / "nets/cnn.py").write_text("1", encoding="utf-8")
    assert hashed(toy, "__main__") != before


def test_the_book_s_experiments_depend_on_what_they_use():
    used = closure("helpers.learning.depth")
    assert {"helpers.nets.mlp", "helpers.data.images", "helpers.learning.training"} <= set(used)
    assert "helpers.measure.gradients" not in used
    assert "helpers.learning.depth" not in closure("helpers.measure.initial")
