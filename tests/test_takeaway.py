"""What is taken away runs elsewhere: plain Gymnasium, numpy and safetensors, to the last bit."""

import json
import os
import subprocess
import venv
from collections.abc import Callable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from backend.atlas.store import load_atlas
from backend.envs.table import ENVIRONMENTS
from backend.takeaway import GYMS, takeaway

PLAIN = ("gymnasium[mujoco]", "mujoco", "numpy", "safetensors")
"All that the script needs, in the versions the recipe was recorded with."


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh virtual environment without Steerscape."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pinned = [f"{name}=={version(name.split('[')[0])}" for name in PLAIN]
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pinned]
    done = subprocess.run(install, capture_output=True, text=True)
    if done.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no packages: {done.stderr[-400:]}")
    return python


def test_every_environment_can_be_taken_away() -> None:
    assert set(GYMS) == set(ENVIRONMENTS)


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_the_script_reproduces_the_recorded_returns(
    tmp_path: Path, env: str, elsewhere: Path
) -> None:
    atlas = load_atlas(env)  # the shipped one: whole episodes, where a rounding would show
    content = takeaway(atlas, atlas.z[0], asked={"note": "ü"}, extras={"film.mp4": b"film"})
    ZipFile(BytesIO(content)).extractall(tmp_path)
    policy = tmp_path / "policy"
    assert (policy / "film.mp4").read_bytes() == b"film"
    recipe = json.loads((policy / "recipe.json").read_text())
    assert recipe["asked"] == {"note": "ü"}
    shown = subprocess.run(
        [elsewhere, "replay.py"], cwd=policy, capture_output=True, text=True, check=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    ).stdout.splitlines()  # fmt: skip
    assert len(shown) == len(recipe["episodes"])
    assert all(line.endswith("equal to the record") for line in shown), shown


def test_the_same_policy_gives_the_same_bytes(tiny: Callable[[str], Path]) -> None:
    folder = tiny("mo-hopper-v5")
    atlas = load_atlas(folder.name, folder.parent)
    assert takeaway(atlas, atlas.z[1], asked={}) == takeaway(atlas, atlas.z[1], asked={})
