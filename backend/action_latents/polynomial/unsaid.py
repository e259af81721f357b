"""The settings behind policies that were kept before ``settings`` were written down. Frozen.

Whatever changes in the code, these stay: they say how those policies were trained.
"""

from backend.action_latents.polynomial.recipes import Kind
from backend.action_latents.polynomial.settings import Settings

_NET = {"hidden": 64, "gain": 0.01, "critic_gain": 1.0}
_STD = {"least_std": 0.02, "most_std": 1.0}
HEADS: dict[str, Settings] = {
    "polynomial": {**_NET, "basis": "orthonormal", "rule": "gauss", "bound": 5.0},
    "gaussian": {**_NET, **_STD, "std": 0.5},
    "mixture": {**_NET, **_STD, "std": 0.4, "components": 4, "seed": 0},
    "flow": {**_NET, "gain": 0.1, "num_steps": 10, "num_draws": 8},
}
WORLD = {"step": 0.25, "horizon": 256, "goal_pay": 20.0, "death_pay": -10.0}
CELLS = {
    "four_walls": "750323c5388cbf87c2ab3763de24edfb0286bea93f0535eed22be1692c11cda5",
    "two_slits": "0461ce868ecd1134f015f22bcf680586836f71755b12b76e2f9474802962982b",
    "two_walls": "5410cc797db9d29ede7e1d4658eac9fd8ccf31d8aed2b294e3ec92593e89930d",
    "three_goals": "0043ddd0691acebb4191838ca438abdcfd132400ef5275300a6038dd08d04eaf",
    "tree": "adff7ae6853f5906c4c930db97333cd8ffea26e6301f9761514405497f936c4b",
    "cshape": "e9a71702d02ad6288b815856417e98c7281cda21ba36703b6360ffef3b496e6a",
}
"SHA-256 of what each layout's cells held."
_ENV = {"velocity_noise": "uniform", "total_mass": None, "action_scale": 1.0}
ROBOTS: dict[str, Settings] = {
    "t-maze": {
        "env": {
            **_ENV, "frame_skip": 10, "time_step": 0.1, "horizon": 150, "reset_noise": 0.01,
            "alive_bonus": 0.0, "start": "_anywhere", "stem": 0.18, "foot": -0.68, "low": 0.22,
            "high": 0.58, "end": 0.78, "pad": 0.54, "radius": 0.06, "top_speed": 0.6, "pay": 20.0,
            "start_y": -0.55, "start_noise": 0.01,
        },
        "scale": None,
    },
    "hopper-v5": {
        "env": {
            **_ENV, "frame_skip": 4, "time_step": 0.008, "horizon": 1000, "reset_noise": 0.005,
            "alive_bonus": 1.0, "start": None,
        },
        "scale": {"obs_clip": 10.0, "least_std": 0.001},
    },
}  # fmt: skip
BANDIT = {
    "sigma": 0.1, "num_targets": 4096, "noise": 0.03, "covered": 0.05, "num_samples": 4000
}  # fmt: skip
TARGETS = {
    "lemniscate": "a0e99e12e0d9ed559d7b82f1b328412c1dd687356c7c42e62bb4a74cd1c815b6",
    "moons": "2551af2171879024a87c63402aaae8b6ba1048930a82f3f56022ed6f9fe43fe3",
}
"SHA-256 of each bandit's targets, in millionths."


def of_world(layout: str, kind: Kind) -> Settings:
    """Of a policy in Smooth World."""
    family = {"order": 5, "nodes": 32} if kind == "polynomial" else {}
    return {"head": HEADS[kind] | family, "world": WORLD | {"cells": CELLS.get(layout)}}


def of_robot(robot: str, kind: Kind) -> Settings:
    """Of a policy that moves a robot."""
    return {"head": HEADS[kind], **ROBOTS.get(robot, {})}


def of_bandit(name: str, kind: Kind) -> Settings:
    """Of a policy on a bandit."""
    family = {"bound": 1e4, "nodes": 64} if kind == "polynomial" else {}
    return {"head": HEADS[kind] | family, "bandit": BANDIT | {"targets": TARGETS.get(name)}}
