"""Every command answers with exactly one JSON object."""

import json
from pathlib import Path

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.rollouts.simulate import simulate
from tests.commands.conftest import Steerscape
from tests.toys import ATLAS

STEER = ("steer", ATLAS, "--target", "forward=5000", "--json", "--episodes", 1)


@pytest.fixture
def pairs(atlas: Atlas, tmp_path: Path) -> Path:
    """An episode of policy 0 as an .npz."""
    film = simulate(atlas.spec, atlas.population.actor(0), 0, num_steps=200)
    path = tmp_path / "pairs.npz"
    np.savez(path, obs=film.obs, action=film.action)
    return path


def test_atlas_list(steerscape: Steerscape) -> None:
    assert ATLAS in steerscape("atlas", "list", "--json").json["atlases"]


def test_atlas_show_and_verify_agree_on_the_hash(steerscape: Steerscape, atlas: Atlas) -> None:
    shown = steerscape("atlas", "show", ATLAS, "--json").json
    verified = steerscape("atlas", "verify", ATLAS, "--json").json
    assert shown["hash"] == verified["hash"] == atlas.content_hash
    assert verified["whole"] is True
    assert shown["rebuild"] == f"steerscape atlas build {ATLAS}"
    assert shown["facts"]["num_policies"] == len(atlas.z)
    assert shown["megabytes"] > 0.1


def test_without_the_flag_the_same_object_is_indented(steerscape: Steerscape) -> None:
    printed = steerscape("atlas", "show", ATLAS)
    assert len(printed.out.splitlines()) > 5
    assert json.loads(printed.out) == steerscape("atlas", "show", ATLAS, "--json").json


def test_single_shot_steer_has_the_documented_keys(steerscape: Steerscape, atlas: Atlas) -> None:
    answer = steerscape(*STEER, "--corrections", -1, "--at-least", "energy=-2500").json
    assert {
        "atlas", "outcome", "reason", "start", "z", "predicted", "measured", "steps",
        "distance_to_data", "seconds",
    } <= answer.keys()  # fmt: skip
    assert answer["atlas"] == ATLAS
    assert answer["outcome"] == "reached"
    assert answer["start"] in atlas.population.ids
    assert answer["success"] is None, "nothing was verified"
    assert answer["aimed"] == {"forward": {"target": 5000.0}, "energy": {"at least": -2500.0}}
    assert answer["seconds"].keys() == {"steer", "rollout"}
    z = np.array(answer["z"])
    assert z.shape == (atlas.z.shape[1],)
    promise = atlas.heads.predict(z)
    assert list(answer["predicted"].values()) == pytest.approx(promise.tolist())
    for name in atlas.spec.objective_names:
        measured = answer["measured"][name]
        assert measured.keys() == {"mean", "std", "episodes"}
        assert measured["mean"] == pytest.approx(np.mean(measured["episodes"]))
        assert len(measured["episodes"]) == 1
    assert answer["distance_to_data"] == pytest.approx(atlas.cloud.distance(z[None])[0])


def test_steering_twice_gives_the_same_numbers(steerscape: Steerscape) -> None:
    first, again = (steerscape(*STEER, "--corrections", -1).json for _ in range(2))
    for answer in (first, again):
        del answer["seconds"]
    assert first == again
    other = steerscape(*STEER, "--corrections", -1, "--seed", 1).json
    assert other["measured"] != first["measured"]


def test_verified_steer_says_whether_it_succeeded(steerscape: Steerscape, atlas: Atlas) -> None:
    answer = steerscape(*STEER, "--corrections", 0).json
    error = abs(answer["measured"]["forward"]["mean"] - 5000) / atlas.returns_extent[0]
    assert answer["success"] is bool(error <= 0.05)


def test_start_and_method_are_obeyed(steerscape: Steerscape, atlas: Atlas) -> None:
    start = atlas.population.ids[5]
    answer = steerscape(
        *STEER, "--corrections", -1, "--start", start, "--method", "closed-form"
    ).json
    assert answer["start"] == start
    assert answer["steps"] == 1
    nearest = steerscape(*STEER, "--method", "nearest").json
    assert nearest["start"] == nearest["nearest_existing"]["policy"]
    assert nearest["steps"] == 0


def test_encode_places_a_policy_near_itself(
    steerscape: Steerscape, atlas: Atlas, pairs: Path
) -> None:
    answer = steerscape("encode", ATLAS, pairs, "--json").json
    assert answer.keys() >= {"atlas", "z", "xy", "predicted", "distance_to_data", "neighbours"}
    assert answer["places"].keys() == atlas.maps.keys()
    assert all(len(xy) == 2 for xy in answer["places"].values())
    assert answer["xy"] == answer["places"]["sheet"]
    away = np.linalg.norm(np.array(answer["z"]) - atlas.z[0])
    assert away < np.quantile(np.linalg.norm(atlas.z - atlas.z[0], axis=1), 0.2)
    assert len(answer["neighbours"]) == 5
    for neighbour in answer["neighbours"]:
        row = atlas.population.row(neighbour["policy"])
        expected = atlas.population.returns[row].tolist()
        assert list(neighbour["returns"].values()) == pytest.approx(expected)


def test_help_goes_to_standard_output_and_is_no_error(
    steerscape: Steerscape, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["--help"], ["steer", "--help"], ["atlas", "build", "--help"]):
        with pytest.raises(SystemExit) as stop:
            steerscape(*words)
        assert stop.value.code == 0
        printed = capsys.readouterr()
        assert "usage" in printed.out.lower()
        assert printed.err == ""


def test_live_export_writes_a_folder(steerscape: Steerscape, tmp_path: Path) -> None:
    folder = str(tmp_path / "out")
    answer = steerscape("live", "export", ATLAS, "--to", folder, "--json").json
    assert "index.html" in answer["files"]
    assert (tmp_path / "out" / "mujoco.wasm").stat().st_size > 1e7
