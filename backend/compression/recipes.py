"""What is trained for each environment: pools, autoencoders, latent dimensions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.compression.pool import PoolConfig
from backend.compression.shape import GAIN
from backend.compression.training import Loss, TrainingConfig
from backend.errors import UnknownName

BOTH: tuple[Loss, ...] = ("behaviour", "parameters")


@dataclass(frozen=True, kw_only=True)
class SizeRecipe:
    """How policies of one size are compressed."""

    pool: PoolConfig = PoolConfig()
    "How the pool is drawn."
    widths: tuple[int, int] = (256, 64)
    "Hidden widths of the autoencoder."
    training: TrainingConfig = TrainingConfig()
    "Its training; the loss is set by each cell."
    num_points: int = 1000
    "Latents searched for the best return."
    shipped_dims: tuple[int, ...] | None = None
    "Latent dimensions whose decoders are kept for the app; None for all."
    shipped_losses: tuple[Loss, ...] = BOTH
    "Which of them: large decoders weigh 5 MB each."
    control_dims: tuple[int, ...] | None = None
    "Latent dimensions at which the parameter loss is trained too; None for all."

    def has_control(self, latent_dim: int) -> bool:
        """Whether the parameter loss is trained at this dimension."""
        return self.control_dims is None or latent_dim in self.control_dims

    def ships(self, latent_dim: int, loss: Loss) -> bool:
        """Whether the app gets this decoder."""
        kept = self.shipped_dims is None or latent_dim in self.shipped_dims
        return kept and loss in self.shipped_losses


@dataclass(frozen=True, kw_only=True)
class CompressionRecipe:
    """The cells of one environment's table."""

    latent_dims: tuple[int, ...]
    "Dimensions of z."
    sizes: Mapping[str, SizeRecipe]
    "By name of the network."
    num_episodes: int = 3
    "Episodes per policy and per latent, from the same starts for all."
    episode_seed: int = 1000
    "Seed of those starts."
    notes: tuple[str, ...] = field(default=())
    "Where this departs from the paper, for people."


EVERYWHERE = (
    f"Random weights are uniform in ± {GAIN} / √inputs: at 1 / √inputs hardly any random policy "
    "earns anything. So rewards had a say in how the pool is drawn, though not in the training.",
    "Parameters are whitened on the way into the autoencoder and coloured on the way out; the "
    "control minimises the error of whitened parameters.",
)
"Departures common to all environments."
OF_ROBOTS = (
    "Behaviour is compared on states that 128 random policies visit, one episode each, spread a "
    "little by noise; these steps are not counted among those of a search.",
)
FEWER = PoolConfig(num_drawn=5000)
"Where an episode costs more."
MOUNTAIN_CAR = CompressionRecipe(
    latent_dims=(1, 2, 3),
    sizes={
        "small": SizeRecipe(training=TrainingConfig(num_steps=3000)),
        "medium": SizeRecipe(),
        "large": SizeRecipe(
            pool=PoolConfig(num_drawn=3000),
            widths=(32, 64),
            training=TrainingConfig(learning_rate=3e-4, batch_size=32, num_steps=300),
            num_points=256,
            shipped_dims=(2,),
            shipped_losses=("behaviour",),
            control_dims=(2,),
        ),
    },
    notes=(
        "Pools are smaller than the paper's 50 000: 10 000 policies for the small and the medium "
        "network, 3 000 for the large one, whose parameters would else take 24 GB. The large one's "
        "autoencoder is narrower and trained for 300 steps instead of 1 500.",
        *EVERYWHERE,
    ),
)
ALONE: tuple[Loss, ...] = ("behaviour",)
"What is shipped where the table's word for the control is enough."
REACHER = CompressionRecipe(
    latent_dims=(2, 3, 5),
    sizes={
        "small": SizeRecipe(training=TrainingConfig(num_steps=3000), shipped_losses=ALONE),
        "medium": SizeRecipe(shipped_losses=ALONE),
    },
    notes=(
        "Pools of 10 000 random policies (the paper's for Mountain Car: 50 000).",
        *EVERYWHERE,
        *OF_ROBOTS,
    ),
)
ROBOT = CompressionRecipe(
    latent_dims=(5, 8, 16),
    sizes={
        "small": SizeRecipe(
            pool=FEWER, training=TrainingConfig(num_steps=3000), num_points=512,
            control_dims=(8,), shipped_losses=ALONE,
        ),
        "medium": SizeRecipe(
            pool=FEWER, num_points=512, control_dims=(8,), shipped_losses=ALONE
        ),
    },
    num_episodes=2,
    notes=(
        "Pools of 5 000 random policies (the paper's for Mountain Car: 50 000), episodes of 300 "
        "steps, 512 latents "
        "searched. Random policies hardly move: a ratio above 1 is a better policy than any in "
        "the pool, not a good one; read the returns beside it.",
        *EVERYWHERE, *OF_ROBOTS,
    ),
)  # fmt: skip
RECIPES: Mapping[str, CompressionRecipe] = {
    "mountain-car": MOUNTAIN_CAR, "reacher": REACHER, "halfcheetah": ROBOT, "hopper": ROBOT,
}  # fmt: skip


def compression_recipe(env: str) -> CompressionRecipe:
    """The recipe of an environment. Raises UnknownName."""
    if env not in RECIPES:
        raise UnknownName("compression recipe", env, RECIPES)
    return RECIPES[env]
