"""What is taken away runs elsewhere: plain Gymnasium, numpy and safetensors, to the last bit."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from backend.atlas.store import load_atlas
from backend.envs.table import ENVIRONMENTS
from backend.takeaway import GYMS, takeaway

FOREIGN = """
import pathlib, sys
sys.path = [p for p in sys.path if not (pathlib.Path(p) / 'backend').exists()]
"""
"Steerscape itself must not be importable."


def test_every_environment_can_be_taken_away() -> None:
    assert set(GYMS) == set(ENVIRONMENTS)


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_the_script_reproduces_the_recorded_returns(tmp_path: Path, env: str) -> None:
    atlas = load_atlas(env)  # the shipped one: whole episodes, where a rounding would show
    content = takeaway(atlas, atlas.z[0], asked={"note": "ü"}, extras={"film.mp4": b"film"})
    ZipFile(BytesIO(content)).extractall(tmp_path)
    policy = tmp_path / "policy"
    assert (policy / "film.mp4").read_bytes() == b"film"
    recipe = json.loads((policy / "recipe.json").read_text())
    assert recipe["asked"] == {"note": "ü"}
    script = f"{FOREIGN}\nexec(compile(open('replay.py').read(), 'replay.py', 'exec'))"
    shown = subprocess.run(
        [sys.executable, "-I", "-c", script], cwd=policy, capture_output=True, text=True,
        check=True, env={**os.environ, "PYTHONPATH": ""},
    ).stdout.splitlines()  # fmt: skip
    assert len(shown) == len(recipe["episodes"])
    assert all(line.endswith("equal to the record") for line in shown), shown


def test_the_same_policy_gives_the_same_bytes(tiny: Callable[[str], Path]) -> None:
    folder = tiny("mo-hopper-v5")
    atlas = load_atlas(folder.name, folder.parent)
    assert takeaway(atlas, atlas.z[1], asked={}) == takeaway(atlas, atlas.z[1], asked={})
