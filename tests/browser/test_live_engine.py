"""MuJoCo in Chromium against MuJoCo in Python, for every shipped environment."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from backend.atlas.atlas import Atlas
from backend.atlas.ground import settle
from backend.atlas.store import load_atlas
from backend.benchmarks.live import static_server
from backend.envs.batched import BatchedEnv
from backend.envs.model import load_model, reset_state
from backend.envs.single import SingleEnv
from backend.envs.spec import EnvSpec
from backend.envs.table import ENVIRONMENTS
from backend.live.export import export_live
from backend.live.kit import live_kit
from backend.live.store import LiveDecoder, live_decoder, own_decoder
from backend.policies.policy import OBS_CLIP
from backend.threads import one_thread
from tests.browser.live_page import AIMED, EPISODES, SETTLED

NUM_STARTS, TRACED = 32, 10
STEPS = {"mo-halfcheetah-v5": 400, "mo-ant-2obj-v5": 150, "mo-humanoid-v5": 150}
EXACT, FREE_JOINTS = 1e-9, 2e-4
"""Largest difference of a position over the first ten control steps. MuJoCo 3.14 and 4.0 differ
from each other by up to 4e-5 in as many steps where a robot has a free joint, in Python too."""


@pytest.fixture(scope="module")
def page(
    browser: Browser, atlas: Atlas, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    folder: Path = tmp_path_factory.mktemp("live")
    export_live(atlas, own_decoder(atlas), folder)
    for name in ENVIRONMENTS:
        other = load_atlas(name)
        kit = live_kit(other, live_decoder(other).weights, version="test")
        (folder / f"{name}.bin").write_bytes(kit)
    (folder / "empty.html").write_text("<!doctype html><title>empty</title>")
    with static_server(folder) as server:
        page = browser.new_page()
        page.set_default_timeout(180_000)
        page.goto(f"http://127.0.0.1:{server.server_port}/empty.html")
        yield page
        page.close()


def starts(spec: EnvSpec) -> list[list[list[float]]]:
    model = load_model(spec)
    pairs = [reset_state(spec, model, seed) for seed in range(NUM_STARTS)]
    return [[qpos.tolist(), qvel.tolist()] for qpos, qvel in pairs]


def act(decoder: LiveDecoder, z: np.ndarray, obs: np.ndarray) -> np.ndarray:
    """The decoder's mean action with float32 weights and everything else in float64."""
    w = {
        name: np.asarray(value, np.float64)
        for name, value in vars(decoder.weights).items() if name != "log_std_bounds"
    }  # fmt: skip
    x = np.clip((obs - w["obs_mean"]) / w["obs_std"], -OBS_CLIP, OBS_CLIP)
    x = np.maximum(x @ w["first_w"] + w["first_b"], 0)
    x = np.maximum(x @ w["second_w"] + z @ w["latent_w"] + w["second_b"], 0)
    x = np.maximum(x @ w["third_w"] + w["third_b"], 0)
    return np.clip(x @ w["out_w"] + w["out_b"], -1, 1)


def first_steps(atlas: Atlas, decoder: LiveDecoder, z: np.ndarray) -> np.ndarray:
    env = SingleEnv(atlas.spec)
    obs, positions = env.reset(0), []
    for _ in range(TRACED):
        obs, _, _ = env.step(act(decoder, z, obs))
        positions.append(env.data.qpos.copy())
    return np.array(positions)


def mean_rewards(atlas: Atlas, decoder: LiveDecoder, z: np.ndarray, steps: int) -> np.ndarray:
    env = BatchedEnv(atlas.spec, NUM_STARTS)
    obs, alive = env.reset(list(range(NUM_STARTS))), np.ones(NUM_STARTS, bool)
    sums, length = np.zeros((NUM_STARTS, atlas.spec.num_objectives)), np.zeros(NUM_STARTS)
    policy = decoder.decode(np.repeat(z[None], NUM_STARTS, 0))
    with one_thread():
        for _ in range(steps):
            obs, reward, down = env.step(policy.act(obs))
            sums, length = sums + reward * alive[:, None], length + alive
            alive &= ~down
    return sums / length[:, None]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_page_runs_what_python_runs(page: Page, name: str) -> None:
    other = load_atlas(name)
    decoder, steps = live_decoder(other), STEPS.get(name, 300)
    row = len(other.training_rows) // 2
    z = other.z[other.training_rows[row]]
    found = page.evaluate(EPISODES, {
        "kit": f"{name}.bin", "row": row, "starts": starts(other.spec), "steps": steps,
        "traced": TRACED,
    })  # fmt: skip
    exact = FREE_JOINTS if other.spec.full_state is not None else EXACT
    trace = first_steps(other, decoder, z)
    np.testing.assert_allclose(np.array(found["trace"]), trace, rtol=0, atol=exact)
    ours, theirs = mean_rewards(other, decoder, z, steps), np.array(found["means"])
    error = np.sqrt((ours.var(0, ddof=1) + theirs.var(0, ddof=1)) / NUM_STARTS)
    gap = np.abs(ours.mean(0) - theirs.mean(0))
    assert (gap <= 2 * error + 1e-6).all(), (gap, error)


def test_the_map_is_the_servers(page: Page, atlas: Atlas) -> None:
    for name, latent_map in atlas.maps.items():
        own = latent_map.place(atlas.z[atlas.training_rows])
        places = np.random.default_rng(0).uniform(own.min(0), own.max(0), (6, 2))
        found = page.evaluate(SETTLED, {
            "kit": "mo-halfcheetah-v5.bin", "map": name, "places": places.tolist()
        })  # fmt: skip
        for place, there in zip(places, found, strict=True):
            settler = settle(atlas, name, place)
            np.testing.assert_allclose(there["z"], settler.z, atol=1e-9)
            np.testing.assert_allclose(there["at"], settler.xy, atol=1e-9)
            np.testing.assert_allclose(there["predicted"], settler.predicted, rtol=1e-9)


def test_an_aim_is_met_by_the_heads_and_stays_among_the_policies(page: Page, atlas: Atlas) -> None:
    goals = [[3000, None], [6000, None], [None, -1500], [5000, -1800]]
    found = page.evaluate(AIMED, {"kit": "mo-halfcheetah-v5.bin", "goals": goals})
    for wanted, there in zip(goals, found, strict=True):
        z = np.array(there["z"])
        predicted = atlas.heads.predict(z)
        assert [p for p, g in zip(predicted, wanted, strict=True) if g is not None] == (
            pytest.approx([g for g in wanted if g is not None])
        )
        assert atlas.cloud.distance(z[None])[0] < 4


def test_aims_that_exclude_each_other_do_not_lead_away(page: Page, atlas: Atlas) -> None:
    goals = [[9000, -100], [0, -3400]]
    for there in page.evaluate(AIMED, {"kit": "mo-halfcheetah-v5.bin", "goals": goals}):
        assert atlas.cloud.distance(np.array(there["z"])[None])[0] < 6
