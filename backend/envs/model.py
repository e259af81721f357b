"""MuJoCo models of the environments, from Gymnasium's own asset files or from ``models/``."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import hashlib
import importlib.util
import re
from functools import lru_cache
from pathlib import Path

import mujoco
import numpy as np

from backend.arrays import Array, Float
from backend.envs.spec import EnvSpec

OWN_MODELS = Path(__file__).parent / "models"
"Of the environments that are ours."
INCLUDED = re.compile(r'<include file="([^"]+)"/>')


@lru_cache(maxsize=1)
def _asset_dir() -> Path:
    package = importlib.util.find_spec("gymnasium")
    assert package is not None and package.origin is not None
    return Path(package.origin).parent / "envs" / "mujoco" / "assets"


def model_file(spec: EnvSpec) -> Path:
    """The environment's model as Gymnasium ships it."""
    return _asset_dir() / spec.xml


def own_model_hash(spec: EnvSpec) -> str | None:
    """SHA-256 of a model of ours and of what it includes; None for Gymnasium's, which its version
    pins. What was learnt on another model of the same name is stale."""
    own = OWN_MODELS / spec.xml
    if not own.exists():
        return None
    text = own.read_text()
    parts = [text, *((OWN_MODELS / name).read_text() for name in INCLUDED.findall(text))]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def load_model(spec: EnvSpec) -> mujoco.MjModel:
    """A fresh model of the environment; Gymnasium's own are equal to what Gymnasium compiles.

    The ``settotalmass`` attribute, deprecated in MuJoCo 4 and warned about at each load, is applied
    by hand; masses and inertias come out identical.
    """
    own = OWN_MODELS / spec.xml
    if own.exists():
        return mujoco.MjModel.from_xml_path(str(own))
    xml = model_file(spec).read_text()
    if spec.total_mass is None:
        return mujoco.MjModel.from_xml_string(xml)
    model = mujoco.MjModel.from_xml_string(re.sub(r'\ssettotalmass="[^"]*"', "", xml))
    mujoco.mj_setTotalmass(model, spec.total_mass)
    mujoco.mj_setConst(model, mujoco.MjData(model))
    return model


def reset_state(
    spec: EnvSpec, model: mujoco.MjModel, seed: int
) -> tuple[Float[Array, "qpos"], Float[Array, "qvel"]]:
    """The initial (qpos, qvel) that ``gymnasium.Env.reset(seed=seed)`` draws, to the last bit."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
    if spec.start is not None:
        return spec.start(rng, model.qpos0)
    qpos = model.qpos0 + rng.uniform(-spec.reset_noise, spec.reset_noise, size=model.nq)
    if spec.velocity_noise == "normal":
        return qpos, spec.reset_noise * rng.standard_normal(model.nv)
    return qpos, rng.uniform(-spec.reset_noise, spec.reset_noise, size=model.nv)
