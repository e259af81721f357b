"""``steerscape live``: decoders that may be switched while they run; measure, export, soak."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from backend.commands.options import JsonOption, Name
from backend.commands.progress import counted_progress


@dataclass(frozen=True, kw_only=True)
class LiveTrain(JsonOption):
    """Fine-tune an atlas' decoder on robots whose latent changes while they run.

    HalfCheetah: under ten CPU-minutes.
    """

    name: Name
    "Atlas, e.g. mo-halfcheetah-v5."
    seed: int = 0
    "Of everything random."

    def run(self) -> dict[str, Any]:
        """The new decoder's hash; ``steerscape live measure`` says what it bought."""
        from backend.live.recipes import training_recipe
        from backend.live.store import live_decoder, save_live_decoder
        from backend.live.training import train_live
        from backend.studio import Studio
        from backend.threads import one_thread

        atlas = Studio().atlas(self.name)
        config = training_recipe(atlas.spec.name)
        with one_thread(), counted_progress("rounds", "rounds") as report:
            model = train_live(atlas, config, seed=self.seed, report=report)
        save_live_decoder(atlas, model, config=config, seed=self.seed, facts={})
        return {"atlas": atlas.name, "hash": live_decoder(atlas).version}


@dataclass(frozen=True, kw_only=True)
class LiveMeasure(JsonOption):
    """Stuck robots under changing latents, and returns at fixed ones, before and after."""

    name: Name
    "Atlas, e.g. mo-halfcheetah-v5."
    robots: int = 32
    "Robots side by side."
    seconds: float = 100.0
    "Simulated time of each."

    def run(self) -> dict[str, Any]:
        """The rows, also written to assets/live/evidence."""
        from backend.live.study import measure
        from backend.live.switching import SwitchingConfig
        from backend.studio import Studio

        config = replace(SwitchingConfig(), num_robots=self.robots, seconds=self.seconds)
        with counted_progress("decoders", "decoders") as report:
            rows = measure(Studio().atlas(self.name), config=config, report=report)
        return {"atlas": self.name, "rows": rows}


@dataclass(frozen=True, kw_only=True)
class LiveExport(JsonOption):
    """Write a folder that runs the robot from any static server, without this app."""

    name: Name
    "Atlas, e.g. mo-halfcheetah-v5."
    to: Path
    "Folder to write; made if missing."
    policy: str | None = None
    "Id of the policy to start at."

    def run(self) -> dict[str, Any]:
        """The files and their size."""
        from backend.live.export import export_live
        from backend.live.store import live_decoder
        from backend.studio import Studio

        atlas = Studio().atlas(self.name)
        z = None if self.policy is None else atlas.z[atlas.population.row(self.policy)]
        files = export_live(atlas, live_decoder(atlas), self.to, z)
        return {
            "folder": str(self.to), "files": [file.name for file in files],
            "megabytes": round(sum(file.stat().st_size for file in files) / 1e6, 1),
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LiveSoak(JsonOption):
    """Let the kiosk of an export run in Chromium, its server gone, and watch its memory."""

    name: Name
    "Atlas, e.g. mo-halfcheetah-v5."
    minutes: float = 10.0
    "How long."

    def run(self) -> dict[str, Any]:
        """Memory, simulated time and restarts, minute by minute."""
        from backend.benchmarks.live import soak

        return soak(self.name, self.minutes)


@dataclass(frozen=True, kw_only=True)
class LiveCommand:
    """Robots that run in the browser: train, measure, export, soak."""

    command: (
        Annotated[LiveTrain, tyro.conf.subcommand("train")]
        | Annotated[LiveMeasure, tyro.conf.subcommand("measure")]
        | Annotated[LiveExport, tyro.conf.subcommand("export")]
        | Annotated[LiveSoak, tyro.conf.subcommand("soak")]
    )
    "What to do."
