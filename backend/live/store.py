"""Live decoders on disk: the atlas' decoder, fine-tuned so that its latent may change any time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.artifacts import Manifest, as_json, read_manifest, write_artifact
from backend.atlas.atlas import Atlas
from backend.errors import DamagedArtifact
from backend.representation.decoded import DecodedPolicy, DecoderWeights
from backend.representation.model import Representation

LIVE_DIR = Path(__file__).parents[2] / "assets" / "live"
KIND, SCHEMA = "live-decoder", 1
FILE = "decoder.safetensors"


@dataclass(frozen=True)
class LiveDecoder:
    """The decoder that runs live, and where it comes from."""

    weights: DecoderWeights
    version: str
    "Hash of the artefact, or of the atlas whose own decoder it is."
    switchable: bool
    "Whether it was trained on latents that change."

    def decode(self, z: Any) -> DecodedPolicy:
        """The policies of some latents, one row each."""
        return DecodedPolicy(self.weights, z)


def rebuild_command(name: str) -> str:
    """The command that makes a live decoder again."""
    return f"steerscape live train {name}"


def live_decoder(atlas: Atlas, root: Path = LIVE_DIR) -> LiveDecoder:
    """The live decoder of an atlas; its own decoder where none was trained.

    Raises DamagedArtifact, also for a decoder that was trained on another version of the atlas.
    """
    folder = root / atlas.name
    if not folder.exists():
        return own_decoder(atlas)
    rebuild = rebuild_command(atlas.name)
    manifest = read_manifest(folder, kind=KIND, schema=SCHEMA, rebuild=rebuild)
    if manifest.parents.get("atlas") != atlas.content_hash:
        raise DamagedArtifact(folder, "belongs to another version of the atlas", rebuild)
    model = Representation.load(folder / FILE, rebuild=rebuild)
    return LiveDecoder(DecoderWeights.fold(model), manifest.hash, True)


def own_decoder(atlas: Atlas) -> LiveDecoder:
    """The atlas' own decoder."""
    return LiveDecoder(atlas.decoder_weights, atlas.content_hash, False)


def save_live_decoder(
    atlas: Atlas, model: Representation, *, config: Any, seed: int, facts: dict[str, Any],
    root: Path = LIVE_DIR,
) -> None:  # fmt: skip
    """Write the artefact."""
    manifest = Manifest(
        kind=KIND, schema=SCHEMA, rebuild=rebuild_command(atlas.name), seed=seed,
        config={"env": atlas.spec.name, "training": as_json(config)}, facts=facts,
        parents={"atlas": atlas.content_hash},
    )  # fmt: skip
    with write_artifact(root / atlas.name, manifest) as scratch:
        model.save(scratch / FILE)
