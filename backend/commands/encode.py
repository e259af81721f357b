"""``steerscape encode``: place a policy known only by its state-action pairs."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro

from backend.arrays import Array
from backend.commands.options import JsonOption, Name
from backend.errors import InvalidValue
from backend.studio import Studio


@dataclass(frozen=True, kw_only=True)
class Encode(JsonOption):
    """Place a policy on the map from what it did."""

    name: Name
    "Atlas, e.g. mo-halfcheetah-v5."
    file: Annotated[Path, tyro.conf.Positional]
    "An .npz with arrays obs [time, obs] and action [time, action]; pickled objects are refused."

    def run(self) -> dict[str, Any]:
        """Latent, place on the default map and on all, predicted returns, nearest policies."""
        obs, action = read_pairs(self.file)
        studio = Studio()
        encoded = studio.encode(self.name, obs, action)
        names = studio.spec(self.name).objective_names
        return {
            "atlas": self.name,
            "z": encoded.z.tolist(),
            "xy": next(iter(encoded.places.values()))[0].tolist(),
            "places": {key: xy[0].tolist() for key, xy in encoded.places.items()},
            "predicted": dict(zip(names, encoded.predicted.tolist(), strict=True)),
            "distance_to_data": encoded.distance_to_data,
            "neighbours": [
                {
                    "policy": neighbour.policy,
                    "distance": neighbour.distance,
                    "returns": dict(zip(names, neighbour.returns.tolist(), strict=True)),
                }
                for neighbour in encoded.neighbours
            ],
        }


def read_pairs(path: Path) -> tuple[Array, Array]:
    """The two arrays of a pairs file. Raises InvalidValue saying what was expected."""
    expected = "an .npz file with plain arrays 'obs' [time, obs] and 'action' [time, action]"
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return np.asarray(arrays["obs"]), np.asarray(arrays["action"])
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise InvalidValue(str(path), type(error).__name__, expected) from None
