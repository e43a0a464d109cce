"""Where a notebook shows itself: live in Jupyter, on the site, or as text alone."""

import os

HOSTS = ("live", "site", "text")


def host() -> str:
    """Return the host named by the environment variable HELPERS_HOST, `live` when unset.

    `site`: static HTML, no widgets. `text`: plain text, what committed notebooks store.
    """
    name = os.environ.get("HELPERS_HOST", "live")
    if name not in HOSTS:
        raise ValueError(f"HELPERS_HOST is {name!r}; allowed: {', '.join(HOSTS)}")
    return name
