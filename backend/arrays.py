"""The axis names every public array carries, and the array types built on them.

Axis names (used as ``Float[Array, "policy objective"]``):

=============  ====================================================================
``policy``     one row per policy of an atlas or a population
``objective``  one entry per objective of the environment, in the table's order
``episode``    one row per episode of a rollout
``time``       one row per control step of an episode
``batch``      anything stacked for one call: queries, environments, requests
``context``    the state-action pairs of one context set
``obs``        the observation vector, in the environment's own units
``action``     the action vector, clipped to the environment's control range
``latent``     the policy representation z
``projection`` one projected latent u = W z + b
``step``       one iteration of the steering solver
``start``      one restart of the solver, or one candidate of a correction round
``body``       one body of the MuJoCo model
``xy``         the two coordinates of a place on a map
``param``      the weights and biases of a generated policy: theta
``reward``     one task of an environment whose policies are compressed
``point``      one latent that was searched
``generation`` one iteration of a search by PGPE
``car``        one car of Mountain Car
``feature``    one polynomial of the action: natural parameters, moments
``node``       one node of a quadrature over the action box
``state``      one observation that may stand for many actions
``memory``     what a stochastic policy remembers of a draw
``target``     one point of a bandit's curve
``place``      one place in Smooth World
``walk``       one episode in Smooth World
``pair``       one observation with the chunk of actions that followed
``gait``       one policy whose chunks are imitated
``draw``       one chunk drawn
``entry``      one number of a chunk laid flat
``window``     some steps of an episode that bear one label
``item``       one of several things that are judged or drawn alike
``kept``       a part of some rows: policies left, steps stored
=============  ====================================================================
"""

from typing import TYPE_CHECKING, Any

from jaxtyping import Bool, Float, Float32, Int, UInt8
from numpy import ndarray as Array

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Array", "Bool", "Float", "Float32", "Int", "Tensor", "UInt8"]


def __getattr__(name: str) -> Any:
    """``Tensor`` on demand, so that processes without torch work stay light."""
    if name == "Tensor":
        from torch import Tensor

        return Tensor
    raise AttributeError(name)
