"""The façade of chunks of actions on the shipped shelf."""

from dataclasses import replace

import numpy as np
import pytest

from backend.action_latents.chunks.recipes import ATLAS
from backend.action_latents.chunks.runs import STALL_SPEED
from backend.action_latents.polynomial.tables import rows_on_disk
from backend.atlas.store import load_atlas
from backend.chunked import MOST_TILT, Chunked, Pull
from backend.errors import DamagedArtifact, InvalidValue


@pytest.fixture(scope="module")
def chunked() -> Chunked:
    return Chunked()


def test_codes_say_which_gait_though_nobody_told(chunked: Chunked) -> None:
    codes = chunked.codes
    assert np.abs(codes.z).max() <= 1 and list(codes.speeds) == sorted(codes.speeds)
    centre = np.stack([codes.z[codes.gait == k].mean(0) for k in range(len(codes.gaits))])
    apart = np.linalg.norm(codes.z[:, None] - centre, axis=-1)
    assert (apart.argmin(1) == codes.gait).mean() > 0.6


def test_a_tilt_towards_fast_codes_is_faster(chunked: Chunked) -> None:
    codes = chunked.codes
    fast = codes.z[codes.gait == len(codes.gaits) - 1].mean(0)
    tilt = fast / np.linalg.norm(fast) * 2
    plain, again = chunked.ride(Pull()), chunked.ride(Pull())
    np.testing.assert_array_equal(plain.speed, again.speed)
    steered = chunked.ride(Pull(tilt=(float(tilt[0]), float(tilt[1]))))
    assert steered.speed.mean() > plain.speed.mean() + 1
    assert steered.shares[-1] > plain.shares[-1] + 0.2
    np.testing.assert_allclose(plain.natural[0], steered.natural[0])  # from the same start
    assert len(steered.z) == len(steered.natural) == len(steered.gait)
    assert len(chunked.replay(plain, steered)) > 1000


def test_who_stands_still_is_counted(chunked: Chunked) -> None:
    """A strong tilt asks a standing robot to gallop; some never start."""
    steered = chunked.ride(Pull(tilt=(0.0, -9.0)))
    assert steered.stalled == (steered.speed < STALL_SPEED).sum() > 0


@pytest.mark.parametrize(
    "pull",
    [Pull(tilt=(MOST_TILT + 1, 0.0)), Pull(tilt=(float("nan"), 0.0)), Pull(temperature=0.0)],
)
def test_pulls_beyond_their_limits_are_named(chunked: Chunked, pull: Pull) -> None:
    with pytest.raises(InvalidValue, match="tilt|temperature"):
        chunked.ride(pull)


def test_a_missing_shelf_says_how_to_make_it(tmp_path) -> None:
    with pytest.raises(DamagedArtifact, match="steerscape polynomial chunks"):
        _ = Chunked(tmp_path).codes


def test_what_was_measured_holds_what_the_page_says(chunked: Chunked) -> None:
    found = chunked.summary()
    assert {"polynomial, τ = 1", "gaussian, τ = 1", "flow, τ = 1", "demonstrators, τ = 1"} <= set(
        found["episodes"]
    )
    assert found["data"]["neighbour_gaits_young"] > found["data"]["neighbour_gaits_old"] > 1
    plain, short = (found["tilts"][f"polynomial, |c| = {c}"] for c in (0, 2))
    assert plain["slowest"] == plain["fastest"], "no direction is picked where there is none"
    for before, after in zip(plain["fastest_seeds"], short["fastest_seeds"], strict=True):
        assert after > before + 1
    assert short["fastest"] - short["slowest"] > 2
    codes = found["codes"]
    for age in ("young", "old"):
        known = codes[f"gait_from_chunk_{age}"]["mean"]
        assert codes[f"gait_from_code_{age}"]["mean"] > known + 0.1


def test_a_shelf_of_another_atlas_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    atlas = load_atlas(ATLAS)
    other = replace(atlas, content_hash="0" * 64)
    monkeypatch.setattr("backend.chunked.load_atlas", lambda name: other)
    with pytest.raises(DamagedArtifact, match="another version of the atlas"):
        Chunked().ride(Pull())


def test_tables_of_another_atlas_are_refused(
    chunked: Chunked, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = replace(rows_on_disk("tilts", "chunks"), atlases={ATLAS: "0" * 64})
    monkeypatch.setattr("backend.chunked.rows_on_disk", lambda *_: stale)
    with pytest.raises(DamagedArtifact, match="another version"):
        chunked.table("tilts")
