"""Which candidates become policies, and which of those are held out."""

from dataclasses import replace

import numpy as np
import pytest

from backend.envs.table import env_spec
from backend.population.gathering import (
    GatherConfig,
    candidates,
    count_failures,
    failures,
    first_weights,
    gate_mask,
    gather,
    hold_out,
    network_mask,
    steady_mask,
    thin,
)
from backend.population.population import Member
from tests.toys import SHORT, SPEC, film_weights, population

CONFIG = GatherConfig()


def members(num: int = 400) -> list[Member]:
    weights = np.linspace(0.1, 1.0, num)
    return [
        Member(network=f"run-{i % 3}/0{i % 7}", weights=(float(w), float(1 - w)))
        for i, w in enumerate(weights)
    ]


def test_gate_wants_survival_posture_and_repeatability() -> None:
    """Rows: fine; falls; nose-down; unsteady in the second objective; fine at the other end."""
    mean = np.array([[0.0, 0.0], [500, 50], [500, 50], [500, 50], [1000, 100]])
    episodes = np.repeat(mean[:, None], 2, 1)
    episodes[3, :, 1] += [-6, 6]
    mask = gate_mask(
        SPEC, CONFIG, returns=episodes,
        length=np.array([1000.0, 900, 1000, 1000, 1000]),
        upright=np.array([1.0, 1.0, 0.9, 1.0, 0.96]),
    )  # fmt: skip
    assert mask.tolist() == [True, False, False, False, True]


def test_repeatability_is_judged_against_the_range_of_those_left_standing() -> None:
    """A fallen candidate's absurd return must not widen the range that excuses unsteadiness."""
    episodes = np.array([[0.0, 0.0], [100, 100], [1e6, 1e6]])[:, None].repeat(2, 1)
    episodes[1, :, 0] += [-8, 8]
    mask = gate_mask(
        SPEC, CONFIG, returns=episodes,
        length=np.array([1000.0, 1000, 10]), upright=np.ones(3),
    )  # fmt: skip
    assert mask.tolist() == [True, False, False]


def test_the_spread_is_judged_again_on_all_episodes() -> None:
    returns = np.array([[0.0, 0.0], [500, 50], [1000, 100]])
    std = np.array([[0.0, 0.0], [51.0, 0.0], [49.0, 5.0]])
    assert steady_mask(returns, std, CONFIG).tolist() == [True, False, True]


def test_thin_keeps_the_later_of_two_near_policies_of_one_run() -> None:
    returns = np.array([[0.0, 0], [0.1, 0], [10, 10], [0.05, 0], [9.99, 10]])
    runs = ["a", "a", "a", "b", "a"]
    kept = thin(returns, np.ones(5, bool), runs, 0.02)
    assert kept.tolist() == [1, 3, 4]


def test_thin_never_keeps_the_unstable() -> None:
    returns = np.array([[0.0, 0], [5, 5], [10, 10]])
    kept = thin(returns, np.array([True, False, True]), ["a"] * 3, 0.02)
    assert kept.tolist() == [0, 2]


def test_thinned_policies_keep_their_spacing() -> None:
    rng = np.random.default_rng(0)
    returns, runs = rng.uniform(0, [100, 5], (200, 2)), ["a", "b"] * 100
    kept = thin(returns, np.ones(200, bool), runs, 0.1)
    scaled = returns / np.ptp(returns, axis=0)
    for run in "ab":
        rows = [i for i in kept if runs[i] == run]
        gaps = np.linalg.norm(scaled[rows][:, None] - scaled[rows][None], axis=-1)
        assert gaps[~np.eye(len(rows), dtype=bool)].min() >= 0.1
        dropped = [i for i in range(200) if runs[i] == run and i not in set(kept)]
        nearest = np.linalg.norm(scaled[dropped][:, None] - scaled[rows][None], axis=-1).min(1)
        assert nearest.max() < 0.1, "something was dropped without a neighbour"


def test_hold_out_is_deterministic_and_depends_on_the_seed() -> None:
    first, second = (hold_out(members(), CONFIG) for _ in range(2))
    other = hold_out(members(), GatherConfig(seed=1))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_hold_out_takes_whole_bands_whole_networks_and_a_random_share() -> None:
    config = GatherConfig(held_out_networks=("run-1/01",))
    reasons = hold_out(members(), config)
    low, high = config.held_out_weights
    for member, reason in zip(members(), reasons, strict=True):
        if member.network == "run-1/01":
            assert reason == "network"
        elif low < member.weights[0] < high:
            assert reason == "weights"
        else:
            assert reason in ("", "random")
    outside = np.isin(reasons, ["", "random"])
    assert (reasons[outside] == "random").mean() == pytest.approx(config.held_out_share, abs=0.03)


def test_candidates_ask_each_network_only_what_it_understands() -> None:
    networks = {"plain/00": film_weights(), "cap/00": film_weights(condition_dim=3)}
    tried = candidates(networks, CONFIG)
    capped = [m for m in tried if m.network == "cap/00"]
    assert len(tried) - len(capped) == len(CONFIG.weights)
    assert len(capped) == len(CONFIG.capped_weights) * len(CONFIG.speed_caps)
    assert {len(m.preference) for m in capped} == {3}
    assert all(m.speed_cap is not None for m in capped)
    assert len({m.policy_id for m in tried}) == len(tried)


def test_gathered_rows_belong_together() -> None:
    """Dataset, returns and members share their rows; clean actions are the policies' own."""
    config = GatherConfig(
        weights=first_weights(0.3, 0.6, 0.9), num_gate_episodes=2, min_upright=0.0,
        max_returns_std=10.0, min_spacing=0.0, num_episodes=2, num_noisy_episodes=1, kept_steps=5,
    )  # fmt: skip
    networks = {"run-1/08": film_weights(1), "run-2/09": film_weights(2)}
    population, data = gather(SHORT, networks, config)
    assert len(population.members) == len(data.obs) == 6
    assert data.obs.shape == (6, 3, 5, SPEC.obs_dim)
    np.testing.assert_array_equal(data.returns, population.returns)
    for row in range(6):
        own = population.actor(row).act(data.obs[row].reshape(-1, SPEC.obs_dim))
        clean = data.clean_action[row].reshape(-1, SPEC.action_dim)
        np.testing.assert_allclose(clean, own, atol=1e-6)
    np.testing.assert_allclose(data.action[:, :2], data.clean_action[:, :2], atol=1e-5)
    assert np.abs(data.action[:, 2] - data.clean_action[:, 2]).max() > 0.01, "noise is missing"


def test_an_episode_fails_that_ends_early_or_lies() -> None:
    length = np.array([[SPEC.horizon, SPEC.horizon - 1], [SPEC.horizon, SPEC.horizon]])
    upright = np.array([[1.0, 1.0], [0.97, 0.94]])
    failed = failures(SPEC, CONFIG, length=length.astype(float), upright=upright)
    assert failed.tolist() == [[False, True], [False, True]]


def test_a_network_that_fails_often_gives_no_policy() -> None:
    """Its candidates are judged together: one of four episodes is too much, one of eight is not."""
    failed = np.array([[False, True], [False, False], [True, False], [False, False]])
    failed = np.concatenate([failed, np.zeros((2, 2), bool)])
    names = ["a/1", "a/1", "b/1", "b/1", "b/1", "b/1"]
    mask = network_mask(failed, names, GatherConfig(max_network_failures=0.2))
    assert mask.tolist() == [False, False, True, True, True, True]
    assert network_mask(failed, names, CONFIG).all()


def test_failures_are_counted_by_policy() -> None:
    """A cheetah that may lie cannot fail; a hopper of random weights does nothing else."""
    anyhow = GatherConfig(min_upright=0.0)
    still = count_failures(SHORT, population(num=3), 2, config=anyhow, seed=0)
    assert still.tolist() == [0, 0, 0]
    hopper = env_spec("mo-hopper-2obj-v5")
    weights = {"run-1/09": film_weights(spec=hopper)}
    clumsy = replace(population(num=3), networks=weights)
    failed = count_failures(hopper, clumsy, 2, config=CONFIG, seed=0)
    assert failed.tolist() == [2, 2, 2]
