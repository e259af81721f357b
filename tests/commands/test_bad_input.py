"""Bad input: exit status 2 and one line that says what was expected."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from tests.commands.conftest import Steerscape
from tests.toys import ATLAS

GOAL = ("--target", "forward=5000")
OBS, ACTION = np.zeros((40, 17)), np.zeros((40, 6))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # the parser
        ([], ["atlas", "steer"]),
        (["juggle"], ["juggle"]),
        (["atlas"], ["list", "show", "verify", "build"]),
        (["live"], ["train", "measure", "export", "soak"]),
        (["live", "soak", ATLAS, "--minutes", "0"], ["--minutes", "more than 0"]),
        (["live", "train", "nobody"], ["nobody", ATLAS]),
        (["steer"], ["steer"]),
        (["steer", ATLAS, *GOAL, "--fast"], ["--fast"]),
        (["steer", ATLAS, "--target"], ["--target"]),
        (["steer", ATLAS, *GOAL, "--episodes", "two"], ["--episodes", "two"]),
        (["steer", ATLAS, *GOAL, "--max-steps", "1.5"], ["--max-steps", "1.5"]),
        (["encode", ATLAS], ["encode"]),
        (["render", ATLAS, *GOAL], ["--out"]),
        (["app", "--port", "80"], ["--port", "80", "1024"]),
        (["app", "--address", "example"], ["--address", "example", "0.0.0.0"]),
        # names
        (["atlas", "show", "mo-unicycle-v5"], ["mo-unicycle-v5", ATLAS]),
        (["atlas", "verify", "mo-unicycle-v5"], ["mo-unicycle-v5", ATLAS]),
        (["atlas", "build", "mo-unicycle-v5"], ["mo-unicycle-v5", ATLAS]),
        (["population", "train", "mo-unicycle-v5"], ["mo-unicycle-v5", ATLAS]),
        (["population", "show", "mo-unicycle-v5"], ["mo-unicycle-v5", ATLAS]),
        (["steer", "mo-unicycle-v5", *GOAL], ["mo-unicycle-v5", ATLAS]),
        (["atlas", "show", "../atlases/" + ATLAS], ["unknown atlas", ATLAS]),
        (["evaluate", "mo-unicycle-v5"], ["mo-unicycle-v5", ATLAS]),
        (["steer", ATLAS, "--target", "style=1"], ["style", "forward, energy"]),
        (["steer", ATLAS, *GOAL, "--start", "nobody"], ["nobody", "in all"]),
        (["steer", ATLAS, *GOAL, "--method", "magic"], ["magic", "tangent, free"]),
        # goals
        (["steer", ATLAS], ["at least one objective"]),
        (["steer", ATLAS, "--target", "forward=nan"], ["OBJECTIVE=NUMBER", "forward=nan"]),
        (["steer", ATLAS, "--target", "forward=inf"], ["OBJECTIVE=NUMBER"]),
        (["steer", ATLAS, "--target", "forward"], ["OBJECTIVE=NUMBER"]),
        (["steer", ATLAS, "--target", "=5"], ["OBJECTIVE=NUMBER"]),
        (["steer", ATLAS, "--at-least", "forward=fast"], ["--at-least", "OBJECTIVE=NUMBER"]),
        (["steer", ATLAS, "--target", "forward=1e9"], ["target forward", "a number from"]),
        (["steer", ATLAS, "--at-least", "energy=1"], ["at least energy", "a number from"]),
        (["steer", ATLAS, *GOAL, "--at-least", "forward=4000"], ["one goal per objective"]),
        # sizes
        (["steer", ATLAS, *GOAL, "--corrections", "4"], ["--corrections", "from -1 to 3"]),
        (["steer", ATLAS, *GOAL, "--corrections", "-2"], ["--corrections", "from -1 to 3"]),
        (["steer", ATLAS, *GOAL, "--episodes", "0"], ["--episodes", "from 1 to 100"]),
        (["steer", ATLAS, *GOAL, "--max-steps", "0"], ["max_steps", "from 1 to 10000"]),
    ],
)  # fmt: skip
def test_one_line_names_what_was_expected(
    steerscape: Steerscape, words: list[str], expected: list[str]
) -> None:
    complaint = steerscape(*words).complaint
    for part in expected:
        assert part in complaint


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_parsers_frame_is_taken_off_in_any_character_set(
    steerscape: Steerscape, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """The parser draws its frame in box characters or in dashes, after the terminal's encoding."""
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    complaint = steerscape("steer", ATLAS, "--target").complaint
    assert complaint.startswith("steerscape: Missing value for argument '--target'")
    assert complaint.isascii()


@pytest.mark.parametrize(
    "size", ["nonsense", "480", "480x", "x360", "480x360x3", "-480x360", "4.5x3", "²x²", ""]
)
def test_size_must_be_two_numbers(steerscape: Steerscape, tmp_path: Path, size: str) -> None:
    words = ("render", ATLAS, *GOAL, "--out", tmp_path / "a.mp4", f"--size={size}")
    assert "WIDTHxHEIGHT" in steerscape(*words).complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--out", "film.avi"], ".mp4"),
        (["--out", "nowhere/at/all/film.mp4"], "existing folder"),
        (["--out", "film.mp4", "--seconds", "0"], "from 0.1 to 50"),
        (["--out", "film.mp4", "--seconds", "nan"], "from 0.1 to 50"),
        (["--out", "film.mp4", "--policy", "nobody"], "nobody"),
        (["--out", "film.mp4", "--size", "0x0", "--policy", "FIRST"], "16"),
        (["--out", "film.mp4", "--size", "481x361", "--policy", "FIRST"], "even"),
    ],
)
def test_film_requests_are_checked(
    steerscape: Steerscape, atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    words: list[str], expected: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    words = [atlas.population.ids[0] if word == "FIRST" else word for word in words]
    assert expected in steerscape("render", ATLAS, *words).complaint
    assert list(tmp_path.iterdir()) == []


def save_pickled(path: Path) -> None:
    np.savez(path, obs=np.array([{"a": 1}] * 40, object), action=ACTION, allow_pickle=True)


def save_zip_without_arrays(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("obs", "hello")
        archive.writestr("action", "hello")


def save_array(path: Path) -> None:
    with path.open("wb") as stream:
        np.save(stream, OBS)


def save_damaged(path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez_compressed(path, obs=rng.normal(size=OBS.shape), action=ACTION)
    content = bytearray(path.read_bytes())
    content[200:2000] = bytes(1800)
    path.write_bytes(bytes(content))


def save_truncated(path: Path) -> None:
    np.savez(path, obs=OBS, action=ACTION)
    path.write_bytes(path.read_bytes()[:-500])


@pytest.mark.parametrize(
    "make",
    [
        save_pickled, save_zip_without_arrays, save_array, save_damaged, save_truncated,
        lambda path: path.write_text("obs, action\n1, 2\n"),
        lambda path: path.write_bytes(b""),
        lambda path: path.mkdir(),
        lambda path: None,
        lambda path: np.savez(path, obs=OBS),
        lambda path: np.savez(path, states=OBS, action=ACTION),
    ],
)  # fmt: skip
def test_a_file_that_is_no_pairs_file_is_refused(
    steerscape: Steerscape, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    path = tmp_path / "pairs.npz"
    make(path)
    complaint = steerscape("encode", ATLAS, path, "--json").complaint
    assert "obs" in complaint


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [
        ({"obs": OBS[:, :11], "action": ACTION}, "expected shape (time, 17), got shape (40, 11)"),
        ({"obs": OBS, "action": ACTION[:, :3]}, "expected shape (time, 6), got shape (40, 3)"),
        ({"obs": OBS[0], "action": ACTION[0]}, "expected shape (time, 17)"),
        ({"obs": OBS, "action": ACTION[:39]}, "40 observations and 39 actions"),
        ({"obs": OBS[:8], "action": ACTION[:8]}, "at least 32"),
        ({"obs": OBS * np.nan, "action": ACTION}, "finite numbers only"),
        ({"obs": OBS.astype(str), "action": ACTION}, "finite numbers only"),
        ({"obs": np.zeros((0, 17)), "action": np.zeros((0, 6))}, "at least 32"),
    ],
)
def test_unusable_arrays_are_refused(
    steerscape: Steerscape, tmp_path: Path, arrays: dict[str, np.ndarray], expected: str
) -> None:
    path = tmp_path / "pairs.npz"
    np.savez(path, **arrays)
    assert expected in steerscape("encode", ATLAS, path).complaint


COMMANDS = [["atlas", "verify", ATLAS], ["steer", ATLAS, *GOAL]]


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize(
    "name",
    ["latents.safetensors", "representation.safetensors", "policies.parquet", "manifest.json"],
)
def test_a_truncated_atlas_is_named_with_the_command_that_rebuilds_it(
    steerscape: Steerscape, elsewhere: Path, words: list[str], name: str
) -> None:
    path = elsewhere / ATLAS / name
    path.write_bytes(path.read_bytes()[:1000])
    complaint = steerscape(*words, "--json").complaint
    assert name in complaint
    assert f"steerscape atlas build {ATLAS}" in complaint


@pytest.mark.parametrize("damage", ["missing file", "schema", "no json"])
def test_a_damaged_atlas_cannot_be_shown(
    steerscape: Steerscape, elsewhere: Path, damage: str
) -> None:
    folder = elsewhere / ATLAS
    manifest = folder / "manifest.json"
    if damage == "missing file":
        (folder / "latents.safetensors").unlink()
    elif damage == "schema":
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema": 99}))
    else:
        manifest.write_text("{")
    complaint = steerscape("atlas", "show", ATLAS, "--json").complaint
    assert f"steerscape atlas build {ATLAS}" in complaint


def test_building_without_a_population_says_what_to_run_first(
    steerscape: Steerscape, tmp_path: Path
) -> None:
    complaint = steerscape("atlas", "build", ATLAS, "--runs", tmp_path).complaint
    assert f"steerscape population train {ATLAS}" in complaint


def test_held_out_policies_may_be_started_from(steerscape: Steerscape, atlas: Atlas) -> None:
    row = int(np.flatnonzero(~atlas.population.is_training)[0])
    start = atlas.population.ids[row]
    words = ("steer", ATLAS, *GOAL, "--start", start, "--corrections", -1, "--episodes", 1)
    assert steerscape(*words, "--json").json["start"] == start
