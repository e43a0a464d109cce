"""Numbers in the prose: computed in a cell, placed in a sentence by `{glue:text}`."""

from helpers.book.host import host


class Words(str):
    """A string that stands in a sentence without quotes."""

    __repr__ = str.__str__


def say(**numbers: str) -> None:
    """Give each text a name for the prose of the page; print them in a live notebook.

    Numbers that training decides differ a little between processors, so the stored notebook does
    not hold them; claims and their verdicts are what nbval compares.

    Raises
    ------
    ValueError
        If a text is not a string: numbers are rounded where they are named.
    """
    for name, text in numbers.items():
        if not isinstance(text, str):
            raise ValueError(f"{name!r} is {text!r}; format it as a string first")
        if host() == "site":
            from myst_nb import glue

            glue(name, Words(text), display=False)
        elif host() == "live":
            print(f"{name}: {text}")
