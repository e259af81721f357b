"""What a scatter panel fetches once: the points of an atlas, the value field of a map.

Both lie under their content's hash, so a rerun that changes neither sends neither again.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pages.shared.static_files import publish

_ALIGN = 8


def points_file(columns: Mapping[str, Sequence[Any] | np.ndarray]) -> str:
    """Publish the points and return their address for ``ScatterView.points_url``.

    ``columns`` holds ``id`` (texts), any number of number columns (NaN allowed), and text columns.
    """
    lengths = {name: len(column) for name, column in columns.items()}
    if "id" not in columns or len(set(lengths.values())) != 1:
        raise ValueError(f"columns: expected equal lengths and an 'id' column, got {lengths}")
    numbers: dict[str, np.ndarray] = {}
    texts: dict[str, list[str]] = {}
    for name, column in columns.items():
        array = np.asarray(column)
        if name != "id" and array.dtype.kind in "fiub":
            numbers[name] = array.astype("<f4")
        else:
            texts[name] = ["" if value is None else str(value) for value in array.tolist()]
    header = json.dumps(
        {"count": lengths["id"], "numbers": list(numbers), "texts": texts}, separators=(",", ":")
    ).encode()
    header += b" " * (-(len(header) + 4) % _ALIGN)
    content = b"".join(
        [struct.pack("<I", len(header)), header, *(a.tobytes() for a in numbers.values())]
    )
    return publish(content, ".bin")


def field_file(arrows: np.ndarray, isolines: Sequence[tuple[float, Sequence[np.ndarray]]]) -> str:
    """Publish a value field and return its address for ``ScatterView.field_url``.

    ``arrows`` has one row x, y, dx, dy per arrow, tail and way; ``isolines`` pairs each level with
    its lines, one row x, y per vertex. All in the units of the columns the panel draws.
    """
    content = {
        "arrows": [short(row) for row in arrows],
        "isolines": [
            {"level": float(level), "lines": [[short(place) for place in line] for line in lines]}
            for level, lines in isolines
        ],
    }
    return publish(json.dumps(content, separators=(",", ":")).encode(), ".json")


def short(numbers: Sequence[float] | np.ndarray) -> list[float]:
    """The numbers to six digits: finer than any screen, and half as long."""
    return [float(f"{float(number):.6g}") for number in numbers]
