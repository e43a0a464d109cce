"""Records: what an executed notebook leaves on its page for others to read.

A record is JSON in a script element that carries its own checksum. Explorables leave their tables,
claims their verdicts; the scoreboard, the manifest and the tests read them from there.
"""

import gzip
import hashlib
import json
import re
from html import escape, unescape

PATTERN = re.compile(
    r'<script type="application/json" class="vg-(\w+)" data-id="([^"]*)" '
    r'data-sha256="(\w*)" data-gzip="(\d*)">(.*?)</script>',
    re.DOTALL,
)


def to_html(kind: str, record: dict) -> str:
    """Return a record as a script element; `kind` is `table` or `claim`."""
    text = json.dumps(record, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    text = text.replace("</", "<\\/")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (
        f'<script type="application/json" class="vg-{kind}" data-id="{escape(record["id"])}" '
        f'data-sha256="{digest}" data-gzip="{gzip_size(text)}">{text}</script>'
    )


def gzip_size(text: str) -> int:
    """Return how many bytes a text takes gzipped."""
    return len(gzip.compress(text.encode(), mtime=0))


def from_html(page: str, kind: str) -> dict[str, dict]:
    """Return the records of one kind on a page, by id, each with its size as `bytes_gz`.

    Raises
    ------
    ValueError
        If a byte of a record was changed, or two of them have one id.
    """
    found = {}
    for name, figure_id, digest, size, text in PATTERN.findall(page):
        if name != kind:
            continue
        figure_id = unescape(figure_id)
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            raise ValueError(f"the {kind} of {figure_id!r} is damaged: its checksum does not match")
        if figure_id in found:
            raise ValueError(f"two records of kind {kind!r} on one page have the id {figure_id!r}")
        found[figure_id] = json.loads(text) | {"bytes_gz": int(size)}
    return found
