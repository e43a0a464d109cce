"""What is stored of a notebook, and where its kernels run."""

import nbformat.v4 as nbf
import pytest

from helpers.book.build import build, environment
from helpers.book.refresh import main, notebooks, refresh, replace, text_only

PICTURE = {"text/plain": "<Figure>", "image/png": "aGk="}


def stored(*outputs, **metadata):
    cell = nbf.new_code_cell("f()", id="a", outputs=list(outputs), metadata=metadata)
    before = nbf.new_notebook(cells=[nbf.new_markdown_cell("# T", id="t"), cell])
    text = text_only(before)
    assert text_only(nbf.reads(text)) == text
    return nbf.reads(text).cells[1]


def test_keeps_text_and_drops_pictures_and_stderr():
    cell = stored(
        nbf.new_output("stream", name="stdout", text="1\n"),
        nbf.new_output("stream", name="stderr", text="careful\n"),
        nbf.new_output("display_data", data=PICTURE),
        nbf.new_output("display_data", data={"image/png": "aGk="}),
        nbf.new_output("error", ename="E", evalue="v", traceback=["/a/path"]),
    )
    kinds = [output.output_type for output in cell.outputs]
    assert kinds == ["stream", "display_data", "error"]
    assert cell.outputs[1].data == {"text/plain": "<Figure>"}
    assert cell.outputs[2].traceback == []


def test_keeps_tags_and_drops_other_metadata():
    cell = stored(tags=["hide-input"], execution={"started": "now"})
    assert cell.metadata == {"tags": ["hide-input"]}
    assert cell.execution_count == 1


def test_a_second_refresh_changes_nothing(tmp_path, monkeypatch):
    for name, value in environment("text").items():
        monkeypatch.setenv(name, value)
    source = "import os\nprint(os.environ['HELPERS_HOST'])\n1 + 1"
    notebook = nbf.new_notebook(cells=[nbf.new_code_cell(source, id="a")])
    path = tmp_path / "n.ipynb"
    path.write_text(nbf.writes(notebook), encoding="utf-8")
    assert refresh(path)
    assert not refresh(path)
    printed, shown = nbf.reads(path.read_text(encoding="utf-8")).cells[0].outputs
    assert printed.text == "text\n"
    assert shown.data["text/plain"] == "2"


@pytest.fixture
def book(tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    for name in ("02-b.ipynb", "01-a.ipynb", "index.md"):
        (tmp_path / "book" / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "book"


def test_patterns_are_expanded_without_a_shell(book):
    assert [path.name for path in notebooks([])] == ["01-a.ipynb", "02-b.ipynb"]
    assert [path.name for path in notebooks(["book/02-*.ipynb"])] == ["02-b.ipynb"]
    assert len(notebooks(["book/01-a.ipynb", "book/*.ipynb"])) == 2


@pytest.mark.parametrize("name", ["book/03-*.ipynb", "01-a.ipynb", "book/index.md", "book"])
def test_what_is_no_notebook_is_refused(name, book):
    with pytest.raises(ValueError, match=r"no notebook .* run this in the folder"):
        notebooks([name])


def test_from_another_folder_refresh_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["refresh"])
    assert main() == 1
    assert "no notebook book/*.ipynb in" in capsys.readouterr().err


def test_a_file_is_replaced_whole_or_not_at_all(book):
    path = book / "01-a.ipynb"
    replace(path, "new\n")
    assert path.read_bytes() == b"new\n"
    with pytest.raises(UnicodeEncodeError):
        replace(path, "half\ud800")
    assert path.read_bytes() == b"new\n"
    assert len(list(book.iterdir())) == 3


def test_bars_are_for_live_notebooks_only():
    quiet = {host: bool(environment(host)["HELPERS_QUIET"]) for host in ("live", "site", "text")}
    assert quiet == {"live": False, "site": True, "text": True}


def test_an_unknown_host_is_refused():
    with pytest.raises(ValueError, match=r"'page'.*live, site, text"):
        environment("page")


def test_a_folder_without_a_book_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no _config\.yml"):
        build(tmp_path)
