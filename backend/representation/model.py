"""The representation model: normalisers, encoder, projectors, decoder; saved as safetensors."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from backend.arrays import Array, Float, Tensor
from backend.artifacts import as_json
from backend.errors import DamagedArtifact
from backend.policies.policy import OBS_CLIP
from backend.representation.decoder import DecoderConfig, PolicyDecoder
from backend.representation.encoder import EncoderConfig, SetEncoder
from backend.representation.projectors import ProjectorKind, Projectors


@dataclass(frozen=True, kw_only=True)
class RepresentationConfig:
    """Architecture of the representation."""

    obs_dim: int
    "Length of an observation."
    action_dim: int
    "Length of an action."
    num_objectives: int
    "One projector per objective."
    latent_dim: int = 32
    "Length of z."
    projection_dim: int = 4
    "Length of each u_i."
    projector: ProjectorKind = "linear"
    "Affine and semi-orthonormal, or the baseline."
    encoder: EncoderConfig = EncoderConfig()
    "Set transformer."
    decoder: DecoderConfig = DecoderConfig()
    "Latent-conditioned policy."


class Representation(nn.Module):
    """Encoder q(z | context), projectors u_i(z), decoder pi(a | s, z) and the observation scale."""

    obs_mean: Tensor
    obs_std: Tensor

    def __init__(self, config: RepresentationConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = SetEncoder(
            config.obs_dim + config.action_dim, config.latent_dim, config.encoder
        )
        self.projectors = Projectors(
            config.latent_dim, config.projection_dim, config.num_objectives, config.projector
        )
        self.decoder = PolicyDecoder(
            config.obs_dim, config.action_dim, config.latent_dim, config.decoder
        )
        self.register_buffer("obs_mean", torch.zeros(config.obs_dim))
        self.register_buffer("obs_std", torch.ones(config.obs_dim))

    def set_scale(self, mean: Float[Array, "obs"], std: Float[Array, "obs"]) -> None:
        """Fix the observation scale (once, from the training policies)."""
        self.obs_mean.copy_(torch.as_tensor(mean))
        self.obs_std.copy_(torch.as_tensor(std))

    def normalise(self, obs: Float[Tensor, "*batch obs"]) -> Float[Tensor, "*batch obs"]:
        """Standardised, clipped observations."""
        return ((obs - self.obs_mean) / self.obs_std).clamp(-OBS_CLIP, OBS_CLIP)

    def encode(
        self,
        obs: Float[Tensor, "batch context obs"],
        action: Float[Tensor, "batch context action"],
    ) -> tuple[Float[Tensor, "batch latent"], Float[Tensor, "batch latent"]]:
        """(mean, log std) of the posterior for raw observations and executed actions."""
        return self.encoder(self.normalise(obs), action)

    def save(self, path: Path) -> None:
        """Write weights and configuration."""
        tensors = {name: tensor.contiguous() for name, tensor in self.state_dict().items()}
        save_file(tensors, path, metadata={"config": json.dumps(as_json(self.config))})

    @classmethod
    def load(cls, path: Path, *, rebuild: str) -> "Representation":
        """Read a model written by ``save``, in evaluation mode.

        Raises DamagedArtifact when the file is not one.
        """
        try:
            with safe_open(path, "pt") as stream:
                fields = json.loads(stream.metadata()["config"])
                tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
        except (SafetensorError, OSError, KeyError, TypeError, json.JSONDecodeError):
            raise DamagedArtifact(path, "is not a representation model", rebuild) from None
        encoder = EncoderConfig(**fields.pop("encoder"))
        decoder = fields.pop("decoder")
        decoder["log_std_bounds"] = tuple(decoder["log_std_bounds"])
        model = cls(
            RepresentationConfig(**fields, encoder=encoder, decoder=DecoderConfig(**decoder))
        )
        model.load_state_dict(tensors)
        return model.eval()
