"""Atlases on disk: exact, and refused with a useful sentence when damaged."""

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.atlas.store import list_atlases, load_atlas, rebuild_command, save_atlas
from backend.errors import DamagedArtifact, UnknownName
from tests.toys import ATLAS

FILES = ("latents.safetensors", "representation.safetensors", "networks.safetensors",
         "policies.parquet", "manifest.json")  # fmt: skip


def save(atlas: Atlas, root: Path) -> Path:
    folder = root / ATLAS
    save_atlas(atlas, folder, config={"training": {}}, seed=3, facts={"num": 1}, parents={})
    return folder


def test_atlas_comes_back_exactly(atlas: Atlas, tmp_path: Path) -> None:
    save(atlas, tmp_path)
    loaded = load_atlas(ATLAS, tmp_path)
    assert loaded.spec is atlas.spec
    assert loaded.population.members == atlas.population.members
    assert list(loaded.maps) == list(atlas.maps)
    parts = [(loaded, atlas), (loaded.heads, atlas.heads), (loaded.population, atlas.population)]
    parts += [(loaded.maps[name], atlas.maps[name]) for name in atlas.maps]
    num_compared = 0
    for ours, theirs in parts:
        for field in fields(theirs):
            value = getattr(theirs, field.name)
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(getattr(ours, field.name), value)
                num_compared += 1
    assert num_compared == 3 + 4 + 5 + 3 + 3 + 2
    obs = np.random.default_rng(0).normal(size=(5, 17))
    np.testing.assert_array_equal(
        loaded.decode(loaded.z[:5]).act(obs), atlas.decode(atlas.z[:5]).act(obs)
    )
    np.testing.assert_array_equal(
        loaded.population.actor(3).act(obs), atlas.population.actor(3).act(obs)
    )


def test_hash_is_stable_and_moves_with_the_content(atlas: Atlas, tmp_path: Path) -> None:
    first, again = (save(atlas, tmp_path / name) and load_atlas(ATLAS, tmp_path / name).content_hash
                    for name in "ab")  # fmt: skip
    assert first == again
    moved = Atlas(**{f.name: getattr(atlas, f.name) for f in fields(Atlas)} | {"z": atlas.z + 1e-9})
    save(moved, tmp_path / "c")
    assert load_atlas(ATLAS, tmp_path / "c").content_hash != first


def truncate(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [truncate, flip_a_bit, lambda path: path.write_bytes(b"")])
def test_damaged_file_is_named(atlas_root: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(atlas_root / ATLAS / name)
    text = refusal(atlas_root)
    if name != "manifest.json" or damage is truncate:
        assert name in text


@pytest.mark.parametrize("name", [name for name in FILES if name != "manifest.json"])
def test_missing_file_is_named(atlas_root: Path, name: str) -> None:
    (atlas_root / ATLAS / name).unlink()
    text = refusal(atlas_root)
    assert name in text
    assert "missing" in text


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"schema": 99}, "schema 99, expected atlas schema 1"),
        ({"kind": "population"}, "is population schema 1"),
        ({"files": {"../../secret": "00"}}, "outside the artefact"),
        ({"files": {"/etc/passwd": "00"}}, "outside the artefact"),
        ({"files": {"more.parquet": "00"}}, "more.parquet"),
        ({"files": ["latents.safetensors"]}, "is not a manifest"),
        ({"config": {}}, "checksum"),
        ({"config": []}, "is not a manifest"),
        ({"surprise": 1}, "is not a manifest"),
    ],
)
def test_edited_manifest_is_refused(
    atlas_root: Path, fields: dict[str, object], problem: str
) -> None:
    path = atlas_root / ATLAS / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    assert problem in refusal(atlas_root)


def refusal(root: Path) -> str:
    """The one line a person sees instead of the atlas."""
    with pytest.raises(DamagedArtifact) as caught:
        load_atlas(ATLAS, root)
    text = str(caught.value)
    assert f"`steerscape atlas build {ATLAS}`" in text
    assert str(root / ATLAS) in text
    assert "\n" not in text
    return text


def test_unknown_atlas_lists_what_exists(atlas_root: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        load_atlas("mo-unicycle-v5", atlas_root)
    assert "mo-unicycle-v5" in str(caught.value)
    assert ATLAS in str(caught.value)


@pytest.mark.parametrize("name", ["../atlases/" + ATLAS, ".", "", ATLAS + "/"])
def test_a_name_is_not_a_path(atlas_root: Path, name: str) -> None:
    with pytest.raises(UnknownName):
        load_atlas(name, atlas_root)


def test_only_folders_with_a_manifest_are_listed(atlas_root: Path) -> None:
    (atlas_root / "half-built").mkdir()
    (atlas_root / "note.txt").write_text("hello")
    assert list_atlases(atlas_root) == [ATLAS]
    assert list_atlases(atlas_root / "nowhere") == []


def test_the_hole_atlas_is_rebuilt_with_its_flag() -> None:
    assert rebuild_command("robot-hole") == "steerscape atlas build robot --hole"
