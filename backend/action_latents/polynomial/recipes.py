"""What is trained: which policies, in which worlds and bandits, with what settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from backend.action_latents.polynomial.density import PolynomialFamily
from backend.action_latents.polynomial.features import Basis, PolynomialFeatures
from backend.action_latents.polynomial.flow_head import FlowHead
from backend.action_latents.polynomial.heads import (
    Head,
    gaussian_head,
    mixture_head,
    polynomial_head,
)
from backend.action_latents.polynomial.ppo import PpoConfig
from backend.action_latents.polynomial.quadrature import Rule, tensor_grid

Kind = Literal["polynomial", "gaussian", "mixture", "flow"]
KINDS: tuple[Kind, ...] = get_args(Kind)

BASIS: Basis = "orthonormal"
RULE: Rule = "gauss"
"Of every polynomial policy that is trained."
WORLD_ORDER, WORLD_CLIP, WORLD_NODES = 5, 5.0, 32
"K, the bound on λ, and quadrature nodes per axis in Smooth World."
BANDIT_ORDERS, BANDIT_CLIP, BANDIT_NODES = (2, 6, 10, 14), 1e4, 64
"The same for the bandits, where λ is as good as free."
ALPHAS = (0.03, 0.1, 0.2, 0.3)
"Entropy weights at which every kind of policy is trained on the bandits."
ALPHA = 0.1
"The one whose optimum exp(r/α) the fits are compared with."


def family(dim: int, order: int, nodes: int) -> PolynomialFamily:
    """Of the densities of a policy that is trained; ``nodes`` per axis."""
    features = PolynomialFeatures(dim=dim, order=order, basis=BASIS)
    return PolynomialFamily(features, tensor_grid(dim, nodes, RULE))


WORLD_HEADS: Mapping[Kind, Callable[[], Head]] = {
    "polynomial": lambda: polynomial_head(2, family(2, WORLD_ORDER, WORLD_NODES), WORLD_CLIP),
    "gaussian": lambda: gaussian_head(2, 2),
    "mixture": lambda: mixture_head(2, 2),
    "flow": lambda: FlowHead(2, 2),
}
"New policies for Smooth World."


@dataclass(frozen=True, kw_only=True)
class WorldRecipe:
    """How the policies of one layout are trained."""

    num_iterations: int = 800
    "Of 2048 steps each, the same for every kind."
    entropy_weight: float = 0.5
    "α of the polynomial policy."
    gaussian_weight: float = 0.03
    """α of the Gaussian and the mixture; the flow knows no entropy. No sweep of it is recorded:
    the Gaussian at 0.1, tried once, went to one of four goals just so."""
    kinds: tuple[Kind, ...] = ("polynomial", "gaussian")
    "What is trained."

    def config(self, kind: Kind) -> PpoConfig:
        """The settings of one kind of policy."""
        weight = self.entropy_weight if kind == "polynomial" else self.gaussian_weight
        return PpoConfig(num_iterations=self.num_iterations, entropy_weight=weight)


WORLDS: Mapping[str, WorldRecipe] = {
    "four_walls": WorldRecipe(kinds=KINDS),
    "two_slits": WorldRecipe(kinds=KINDS, entropy_weight=0.3),
    "two_walls": WorldRecipe(),
    "three_goals": WorldRecipe(),
    "tree": WorldRecipe(entropy_weight=0.2),
    "cshape": WorldRecipe(entropy_weight=0.1),
}
BANDIT = PpoConfig(
    num_iterations=150, num_envs=1024, num_epochs=10, learning_rate=1e-3,
    normalise_advantages=False,
)  # fmt: skip
"Advantages as they are: only then is exp(r/α) the optimum."


def bandit_head(kind: Kind, order: int) -> Head:
    """A new policy for a bandit; ``order`` matters to the polynomial one alone."""
    if kind == "polynomial":
        return polynomial_head(1, family(2, order, BANDIT_NODES), BANDIT_CLIP)
    if kind == "flow":
        return FlowHead(1, 2)
    return gaussian_head(1, 2) if kind == "gaussian" else mixture_head(1, 2)


def bandit_config(kind: Kind, entropy_weight: float, *, normalised: bool = False) -> PpoConfig:
    """A flow knows no entropy, so its advantages are normalised, as its authors do."""
    return replace(
        BANDIT, entropy_weight=entropy_weight, normalise_advantages=normalised or kind == "flow"
    )
