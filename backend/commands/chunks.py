"""``steerscape polynomial chunks``: a polynomial prior over a robot's chunks of actions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.commands.options import JsonOption
from backend.commands.progress import counted_progress

RUNS = "polynomial/chunks"
"Subfolder of the runs folder."


@dataclass(frozen=True, kw_only=True)
class PolynomialChunks(JsonOption):
    """Train VAE, priors and flow on gaits of HalfCheetah, three seeds; write the shelf; resumes.

    Ten CPU-minutes. With ``--measure`` every table beside, some minutes more.
    """

    seeds: tuple[int, ...] = (0, 1, 2)
    "Training seeds; the first is shipped."
    measure: bool = False
    "Measure codes, drawn chunks, episodes and tilts."
    ablation: bool = False
    "Train without each of the losses, too, and measure what is lost; six more minutes."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."

    def run(self) -> dict[str, Any]:
        """What was measured, or what is on the shelf."""
        from backend.action_latents.chunks import study
        from backend.action_latents.chunks.store import CHUNKS_DIR, load
        from backend.chunked import Chunked

        scratch = self.runs / RUNS
        with counted_progress("chunks of actions", "steps") as report:
            study.build(scratch, seeds=self.seeds, report=report)
            if self.measure:
                study.measure(scratch, seeds=self.seeds, report=report)
            if self.ablation:
                study.measure_variants(scratch, seed=self.seeds[0], report=report)
        if self.measure:
            return dict(Chunked().summary())
        manifest = load().manifest
        return {"hash": manifest.hash, "folder": CHUNKS_DIR.name, **manifest.facts}
