"""The same policies in both latents: compressed from their weights, encoded from what they do.

The pool's policies act in the core's environment, and the core's encoder (arXiv 2601.22350) reads
their state-action pairs. Whether the two spaces agree on who is like whom is told by the rank
correlation of their distance matrices, beside that with the policies' returns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.build import CONTEXT_SIZE, NUM_CONTEXTS
from backend.atlas.maps import fit_umap
from backend.atlas.store import ATLAS_DIR, load_atlas
from backend.compression.environments import CompressionEnv
from backend.compression.evidence import EVIDENCE_DIR
from backend.compression.pool import draw_pool
from backend.compression.recipes import compression_recipe
from backend.compression.shape import GeneratedPolicy
from backend.compression.store import COMPRESSION_DIR, open_shelf
from backend.errors import UnknownName
from backend.evaluation.evidence import Evidence, load_evidence, save_evidence
from backend.evaluation.geometry import distance_spearman
from backend.rollouts.simulate import Episodes, simulate_many

TABLE = "bridge"
ATLASES: Mapping[str, str] = {"halfcheetah": "mo-halfcheetah-v5"}
"Environment of compressed policies -> the atlas whose encoder reads them."
SIZE = "medium"
KEPT_STEPS = 250
"Of an episode, spread evenly: what the encoder is shown."
CORE, RETURNS = "core", "returns"


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """The pool in the core's latent space, and how well all spaces agree."""

    places: Float[Array, "policy xy"]
    "UMAP of the core's latents of these policies."
    distance_to_data: Float[Array, "policy"]
    "From the atlas's own policies, in units of their spacing."
    names: Sequence[str]
    "Spaces compared: the core's, the compressed ones, that of the returns."
    agreement: Float[Array, "space space"]
    "Rank correlation of their distance matrices."

    @property
    def median_distance(self) -> float:
        """Of the policies from the atlas's own."""
        return float(np.median(self.distance_to_data))


def record_bridge(
    env: CompressionEnv, *, root: Path = COMPRESSION_DIR, atlas_root: Path = ATLAS_DIR
) -> Evidence:
    """Encode the pool with the core's encoder, compare, write. Raises UnknownName."""
    if env.name not in ATLASES:
        raise UnknownName("bridge", env.name, ATLASES)
    atlas, shelf = load_atlas(ATLASES[env.name], atlas_root), open_shelf(env, root)
    plan, shape = compression_recipe(env.name).sizes[SIZE], env.sizes[SIZE]
    theta = draw_pool(shape, env.states, plan.pool, seed=shelf.manifest.seed)
    played = _play(atlas, GeneratedPolicy(shape, theta, env.box))
    core = encode_episodes(atlas, played)
    cells = sorted(
        (shelf.load(name) for name in shelf.names if name.startswith(SIZE)),
        key=lambda cell: cell.key.latent_dim,
    )
    codes = {cell.key.name: cell.codes for cell in cells}
    standard = (played.returns - played.returns.mean(0)) / played.returns.std(0)
    spaces = {CORE: core, **codes, RETURNS: standard}
    places = fit_umap(core, seed=shelf.manifest.seed)
    distance = atlas.cloud.distance(core)
    rows = [
        {
            "policy": i, "core_z": core[i].tolist(), "place": places[i].tolist(),
            "returns": played.returns[i].tolist(), "distance_to_data": float(distance[i]),
        }
        for i in range(len(core))
    ]  # fmt: skip
    evidence = Evidence(
        table=TABLE, env=env.name, rows=rows, command=f"steerscape compression bridge {env.name}",
        atlases={atlas.name: atlas.content_hash, shelf.title: shelf.manifest.hash},
        parameters={
            "names": list(spaces),
            "agreement": [[distance_spearman(a, b) for b in spaces.values()]
                          for a in spaces.values()],
        },
    )  # fmt: skip
    save_evidence(evidence, root / EVIDENCE_DIR.name)
    return evidence


def bridge_of(env: CompressionEnv, root: Path = COMPRESSION_DIR) -> Bridge:
    """What was recorded on the shelf that is there. Raises UnknownName or DamagedArtifact."""
    evidence = load_evidence(TABLE, env.name, root / EVIDENCE_DIR.name)
    shelf = open_shelf(env, root)
    evidence.of(shelf.title, shelf.manifest.hash)
    columns = {
        name: np.array([row[column] for row in evidence.rows], float)
        for name, column in (
            ("places", "place"), ("distance_to_data", "distance_to_data"),
        )
    }  # fmt: skip
    return Bridge(
        **columns, names=evidence.parameters["names"],
        agreement=np.array(evidence.parameters["agreement"]),
    )  # fmt: skip


@torch.no_grad()
def encode_episodes(atlas: Atlas, played: Episodes, *, seed: int = 0) -> Float[Array, "row latent"]:
    """Mean posterior of each row over several contexts of its pairs."""
    rng = np.random.default_rng(seed)
    contexts = []
    for _ in range(NUM_CONTEXTS):
        index = rng.integers(0, played.obs.shape[1], (len(played.obs), CONTEXT_SIZE))
        pairs = (np.take_along_axis(x, index[..., None], 1) for x in (played.obs, played.action))
        contexts.append(atlas.representation.encode(*(torch.from_numpy(x) for x in pairs))[0])
    return torch.stack(contexts).mean(0).double().numpy()


def _play(atlas: Atlas, policy: GeneratedPolicy) -> Episodes:
    """One episode each, from the same start."""
    horizon = atlas.spec.horizon
    kept = np.linspace(0, horizon - 1, KEPT_STEPS).astype(int).tolist()
    return simulate_many(atlas.spec, policy, [0] * policy.num_rows, kept_steps=kept)
