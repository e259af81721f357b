"""What decides a training besides PPO's settings, as JSON: kept beside what was trained.

Policies kept before any of this was written down are taken to agree with ``unsaid``.
"""

import hashlib
from typing import Any

from backend.action_latents.polynomial.bandits import (
    COVERED,
    NOISE,
    NUM_TARGETS,
    SIGMA,
    bandit,
)
from backend.action_latents.polynomial.flow_head import FlowHead
from backend.action_latents.polynomial.heads import (
    CRITIC_GAIN,
    GAIN,
    GAUSSIAN_STD,
    HIDDEN,
    LEAST_STD,
    MIXTURE_SEED,
    MIXTURE_STD,
    MOST_STD,
    NUM_COMPONENTS,
)
from backend.action_latents.polynomial.recipes import (
    BANDIT_CLIP,
    BANDIT_NODES,
    BASIS,
    RULE,
    WORLD_CLIP,
    WORLD_NODES,
    WORLD_ORDER,
    Kind,
)
from backend.action_latents.polynomial.robot_recipes import RobotRecipe
from backend.action_latents.polynomial.robots import LEAST_STD as LEAST_SPREAD
from backend.action_latents.polynomial.robots import OBS_CLIP
from backend.arrays import Array
from backend.envs import t_maze
from backend.envs.smooth_world import DEATH_PAY, GOAL_PAY, HORIZON, LAYOUTS, STEP

Settings = dict[str, Any]
SPEC = ("frame_skip", "time_step", "horizon", "reset_noise", "velocity_noise", "total_mass",
        "action_scale", "alive_bonus")  # fmt: skip
"Fields of an environment that change what is learnt in it."
MAZE = ("STEM", "FOOT", "LOW", "HIGH", "END", "PAD", "RADIUS", "TOP_SPEED", "PAY", "START_Y",
        "START_NOISE")  # fmt: skip
"Numbers that the T-maze's reward, observation and starts are made of."


def of_head(kind: Kind, bound: float) -> Settings:
    """Of a policy's network and its density; ``bound`` is λ's."""
    common: Settings = {"hidden": HIDDEN, "gain": GAIN, "critic_gain": CRITIC_GAIN}
    if kind == "polynomial":
        return common | {"basis": BASIS, "rule": RULE, "bound": bound}
    if kind == "flow":
        steps, draws = FlowHead.num_steps, FlowHead.num_draws
        return common | {"gain": FlowHead.gain, "num_steps": steps, "num_draws": draws}
    common |= {"least_std": LEAST_STD, "most_std": MOST_STD}
    if kind == "gaussian":
        return common | {"std": GAUSSIAN_STD}
    return common | {"std": MIXTURE_STD, "components": NUM_COMPONENTS, "seed": MIXTURE_SEED}


def of_world(layout: str, kind: Kind) -> Settings:
    """Of a training in Smooth World."""
    world = {
        "cells": _digest(LAYOUTS[layout].cells), "step": STEP, "horizon": HORIZON,
        "goal_pay": GOAL_PAY, "death_pay": DEATH_PAY,
    }  # fmt: skip
    family = {"order": WORLD_ORDER, "nodes": WORLD_NODES} if kind == "polynomial" else {}
    return {"head": of_head(kind, WORLD_CLIP) | family, "world": world}


def of_robot(recipe: RobotRecipe, kind: Kind) -> Settings:
    """Of a training on a robot; order, nodes, pay and model are said beside it."""
    learns_in = recipe.learns_in
    env = {name: getattr(learns_in, name) for name in SPEC}
    env["start"] = learns_in.start.__name__ if learns_in.start else None
    if recipe.spec is t_maze.T_MAZE:
        env |= {name.lower(): getattr(t_maze, name) for name in MAZE}
    scale = {"obs_clip": OBS_CLIP, "least_std": LEAST_SPREAD} if recipe.normalised else None
    return {"head": of_head(kind, WORLD_CLIP), "env": env, "scale": scale}


def of_bandit(name: str, kind: Kind, num_samples: int) -> Settings:
    """Of a training on a bandit and of its figures; the order is the job's."""
    family = {"nodes": BANDIT_NODES} if kind == "polynomial" else {}
    task = {
        "targets": _digest((1e6 * bandit(name).targets.numpy()).round()),
        "sigma": SIGMA, "num_targets": NUM_TARGETS, "noise": NOISE, "covered": COVERED,
        "num_samples": num_samples,
    }  # fmt: skip
    return {"head": of_head(kind, BANDIT_CLIP) | family, "bandit": task}


def _digest(whole: Array) -> str:
    """SHA-256 of whole numbers."""
    return hashlib.sha256(whole.astype("<i4").tobytes()).hexdigest()
