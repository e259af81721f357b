"""The same policies through the core's encoder."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.atlas.encode import encode_pairs
from backend.atlas.store import load_atlas
from backend.compression.bridge import ATLASES, bridge_of, encode_episodes, record_bridge
from backend.compression.environments import ENVIRONMENTS, MOUNTAIN_CAR, compression_env
from backend.compression.evidence import EVIDENCE_DIR
from backend.compression.store import COMPRESSION_DIR, open_shelf
from backend.errors import DamagedArtifact, UnknownName
from backend.evaluation.evidence import Evidence, list_evidence, load_evidence, save_evidence
from backend.rollouts.simulate import simulate_many


def test_a_policy_of_the_atlas_is_encoded_where_it_stands(atlas: Atlas) -> None:
    """Episodes of two known policies land near their own latents."""
    rows = atlas.training_rows[[0, -1]]
    kept = range(0, atlas.spec.horizon, 4)
    for row in rows.tolist():
        played = simulate_many(atlas.spec, atlas.population.actor(row), [5], kept_steps=kept)
        z = encode_episodes(atlas, played)[0]
        alone = encode_pairs(atlas, played.obs[0], played.action[0]).z
        spread = np.linalg.norm(atlas.z[atlas.training_rows].std(0))
        assert np.linalg.norm(z - atlas.z[row]) < 0.5 * spread
        assert np.linalg.norm(z - alone) < 0.2 * spread


def test_only_robots_with_an_atlas_have_a_bridge(tmp_path: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        record_bridge(MOUNTAIN_CAR, root=tmp_path)
    assert all(name in str(caught.value) for name in ATLASES)


def test_what_was_recorded_comes_back(tmp_path: Path) -> None:
    rows = [
        {"policy": i, "core_z": [0.0] * 3, "place": [float(i), 1.0], "returns": [2.0, -1.0],
         "distance_to_data": 3.0}
        for i in range(4)
    ]  # fmt: skip
    env = compression_env("halfcheetah")
    shutil.copytree(COMPRESSION_DIR / env.name, tmp_path / env.name)
    shelf = open_shelf(env, tmp_path)
    recorded = Evidence(
        table="bridge", env=env.name, rows=rows, command="steerscape compression bridge",
        atlases={shelf.title: shelf.manifest.hash},
        parameters={"names": ["core", "returns"], "agreement": [[1, 0.5], [0.5, 1]]},
    )  # fmt: skip
    save_evidence(recorded, tmp_path / "evidence")
    bridge = bridge_of(env, tmp_path)
    assert bridge.places.shape == (4, 2) and bridge.places[2, 0] == 2
    assert bridge.agreement[0, 1] == 0.5
    assert bridge.median_distance == 3
    save_evidence(replace(recorded, atlases={shelf.title: "older"}), tmp_path / "evidence")
    with pytest.raises(DamagedArtifact, match="another version of halfcheetah shelf"):
        bridge_of(env, tmp_path)


def test_what_ships_was_measured_of_what_ships() -> None:
    for name in ENVIRONMENTS:
        env = compression_env(name)
        shelf = open_shelf(env)
        for table, named in list_evidence(EVIDENCE_DIR).items():
            if name in named and table != "baselines":  # no shelf has a part in those
                load_evidence(table, name, EVIDENCE_DIR).of(shelf.title, shelf.manifest.hash)
    for name, atlas_name in ATLASES.items():
        atlas = load_atlas(atlas_name)
        load_evidence("bridge", name, EVIDENCE_DIR).of(atlas_name, atlas.content_hash)
