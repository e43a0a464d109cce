"""All states of an explorable as one table: each distinct column once, and where each state has it.

A table is JSON: `pools[c]` holds the distinct values of channel c, `index[c]` says which of them
each state shows (null when all states share one). The last channel is the description. States run
through the product of the knobs' values, the last knob fastest.
"""

import json
from collections.abc import Iterable

MAX_STATES = 1000
MAX_BYTES = 100_000
"""Budgets of one explorable: states, and bytes of its gzipped table."""


def build(states: Iterable[tuple]) -> dict:
    """Return the table of `states`, each a tuple of channels that ends with the description."""
    columns = list(zip(*states, strict=True))
    pools, index = [], []
    for column in columns:
        keys = [json.dumps(value, allow_nan=False) for value in column]
        order = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        pools.append([json.loads(key) for key in order])
        index.append([order[key] for key in keys] if len(order) > 1 else None)
    return {"states": len(columns[0]), "pools": pools, "index": index}


def state(table: dict, i: int) -> tuple:
    """Return the channels of state `i` of a table, as `Explorable.frame` gives them."""
    columns = zip(table["pools"], table["index"], strict=True)
    return tuple(pool[0 if at is None else at[i]] for pool, at in columns)


def check_size(figure_id: str, size: int) -> None:
    """Raise ValueError if a gzipped table of `size` bytes is over its budget."""
    if size > MAX_BYTES:
        raise ValueError(
            f"explorable {figure_id!r}: its table is {size:,} bytes gzipped; allowed are "
            f"{MAX_BYTES:,}. Use fewer states, fewer points, or columns that states share"
        )
