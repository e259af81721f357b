"""What fine-tuning bought: stuck robots and kept returns, before and after, as a table on disk."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from backend.atlas.atlas import Atlas
from backend.evaluation.evidence import Evidence, Rows, save_evidence
from backend.live.store import LIVE_DIR, LiveDecoder, live_decoder, own_decoder
from backend.live.switching import SwitchingConfig, stuck_segments
from backend.rollouts.simulate import simulate_many

TABLE, LIVE = "switching", "live"
EVIDENCE_DIR = "evidence"
"Below the folder of live decoders."
JUMP = 1e9
"A share per second at which a latent is there at once."
SEEDS = (0, 1)
Report = Callable[[int, int, str], None]


def measure(
    atlas: Atlas, *, config: SwitchingConfig, seeds: Sequence[int] = SEEDS, root: Path = LIVE_DIR,
    report: Report = lambda *_: None,
) -> Rows:  # fmt: skip
    """One row per decoder, way of changing and seed; and per decoder and objective of fixed z."""
    began = time.process_time()
    decoders = {"atlas": own_decoder(atlas)}
    live = live_decoder(atlas, root)
    if live.switchable:
        decoders[LIVE] = live
    rows: Rows = []
    for done, (name, decoder) in enumerate(decoders.items(), 1):
        rows += _switched(atlas, name, decoder, config, seeds)
        rows += _fixed(atlas, name, decoder)
        report(done, len(decoders), name)
    save_evidence(
        Evidence(
            table=TABLE, env=atlas.name, rows=rows,
            command=f"steerscape live measure {atlas.name}",
            atlases={atlas.name: atlas.content_hash, LIVE: live.version},
            parameters={
                "num_robots": config.num_robots, "seconds": config.seconds,
                "hold": list(config.hold), "seeds": list(seeds),
            },
            seconds=time.process_time() - began,
        ),
        root / EVIDENCE_DIR,
    )  # fmt: skip
    return rows


def _switched(
    atlas: Atlas, name: str, decoder: LiveDecoder, config: SwitchingConfig, seeds: Sequence[int]
) -> Rows:
    rows: Rows = []
    for way, glide in (("glide", config.glide[0]), ("jump", JUMP)):
        for seed in seeds:
            settings = replace(config, glide=(glide,), seed=seed)
            stuck = stuck_segments(atlas, decoder.weights, settings)
            rows.append({
                "decoder": name, "study": way, "seed": seed, "objective": "",
                "segments": int(stuck.size), "stuck": int(stuck.sum()),
                "robots": config.num_robots, "robots_stuck": int(stuck.any(0).sum()),
                "median_percent": 0.0,
            })  # fmt: skip
    return rows


def _fixed(atlas: Atlas, name: str, decoder: LiveDecoder) -> Rows:
    """How far the returns at fixed latents are from their policies', all policies, one episode."""
    returns = simulate_many(atlas.spec, decoder.decode(atlas.z), list(range(len(atlas.z)))).returns
    percent = 100 * np.abs(returns - atlas.population.returns) / atlas.returns_extent
    training = atlas.population.is_training
    return [
        {
            "decoder": name, "study": kind, "seed": 0, "objective": objective,
            "segments": 0, "stuck": 0, "robots": int(kept.sum()), "robots_stuck": 0,
            "median_percent": float(np.median(percent[kept, i])),
        }
        for kind, kept in (("fixed z, training", training), ("fixed z, held out", ~training))
        for i, objective in enumerate(atlas.spec.objective_names)
    ]  # fmt: skip
