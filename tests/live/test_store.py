"""Live decoders on disk, and the folder to take home."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.errors import DamagedArtifact
from backend.live.config import LiveTrainingConfig
from backend.live.export import export_live, live_zip
from backend.live.store import live_decoder, own_decoder, save_live_decoder


def save(atlas: Atlas, root: Path) -> None:
    config = LiveTrainingConfig()
    save_live_decoder(atlas, atlas.representation, config=config, seed=0, facts={}, root=root)


def test_what_is_saved_is_what_is_loaded(atlas: Atlas, tmp_path: Path) -> None:
    save(atlas, tmp_path)
    found = live_decoder(atlas, tmp_path)
    assert found.switchable
    np.testing.assert_array_equal(found.weights.second_w, atlas.decoder_weights.second_w)


def test_without_one_the_atlas_own_runs(atlas: Atlas, tmp_path: Path) -> None:
    assert not live_decoder(atlas, tmp_path).switchable
    assert live_decoder(atlas, tmp_path).version == atlas.content_hash


def test_one_of_another_version_of_the_atlas_is_refused(atlas: Atlas, tmp_path: Path) -> None:
    from dataclasses import replace

    save(replace(atlas, content_hash="0" * 64), tmp_path)
    with pytest.raises(DamagedArtifact, match="steerscape live train mo-halfcheetah-v5"):
        live_decoder(atlas, tmp_path)


def test_an_export_needs_nothing_from_elsewhere(atlas: Atlas, tmp_path: Path) -> None:
    files = {path.name: path for path in export_live(atlas, own_decoder(atlas), tmp_path / "a")}
    assert set(files) == {"index.html", "live.js", "mujoco.js", "mujoco.wasm", "kit.bin",
                          "README.txt"}  # fmt: skip
    page = files["index.html"].read_text()
    assert "http" not in page and "{" + "title" not in page


def test_the_zip_is_the_folder_and_the_same_every_time(atlas: Atlas) -> None:
    z = atlas.z[0]
    first = live_zip(atlas, own_decoder(atlas), z)
    assert first == live_zip(atlas, own_decoder(atlas), z)
    with ZipFile(BytesIO(first)) as archive:
        assert str(z.tolist()[0]) in archive.read("live/index.html").decode()
