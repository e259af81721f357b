"""The tables of polynomial policies: what is trained, how it is summed up, what a lesson keeps."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.action_latents.polynomial import bandit_study, evidence, settings, worlds_study
from backend.action_latents.polynomial.bandit_study import (
    Job,
    jobs_of,
    lesson_rows,
    question_of,
    run_job,
)
from backend.action_latents.polynomial.evidence import measure_throughput, measure_worlds
from backend.action_latents.polynomial.recipes import ALPHA, KINDS, WorldRecipe, bandit_config
from backend.action_latents.polynomial.tables import WORLD_ENV, medians, rows_on_disk

LESSON = Job(
    bandit="moons", kind="polynomial", order=14, entropy_weight=ALPHA, normalised=True, seed=0
)


def test_every_kind_is_trained_on_every_bandit_and_seed() -> None:
    jobs = jobs_of([0, 1])
    assert len(jobs) == len(set(jobs))
    for kind in KINDS:
        found = {(job.bandit, job.seed) for job in jobs if job.kind == kind}
        assert found == {(b, s) for b in ("lemniscate", "moons") for s in (0, 1)}
    assert {job.order for job in jobs if job.kind == "polynomial"} == {2, 6, 10, 14}


def test_the_lesson_keeps_the_pair_that_differs_by_the_advantages_alone() -> None:
    history = [{"entropy": 1.0, "reward": 0.5}, {"entropy": 0.5, "reward": 0.8}]
    rows = lesson_rows(LESSON, history)
    assert [row["iteration"] for row in rows] == [1, 2] and rows[1]["entropy"] == 0.5
    assert lesson_rows(replace(LESSON, normalised=False), history)
    assert not lesson_rows(replace(LESSON, entropy_weight=0.3), history)
    assert not lesson_rows(replace(LESSON, order=2), history)


def test_a_job_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*args: object, **kwargs: object) -> object:
        return replace(bandit_config(*args, **kwargs), num_iterations=2)  # type: ignore[arg-type]

    monkeypatch.setattr(bandit_study, "bandit_config", short)
    job = replace(LESSON, order=2)
    first, again = run_job(job)[0], run_job(job)[0]
    for row in (first, again):
        del row["cpu_seconds"]
    assert first == again
    assert 0 <= first["coverage"] <= 1 and first["kl"] > 0


@pytest.mark.parametrize(
    ("setting", "value", "others"),
    [("SIGMA", 0.2, KINDS), ("COVERED", 0.1, KINDS), ("NOISE", 0.0, KINDS), ("HIDDEN", 32, KINDS),
     ("BANDIT_NODES", 96, ("polynomial",)), ("BANDIT_CLIP", 5.0, ("polynomial",)),
     ("MOST_STD", 2.0, ("gaussian", "mixture")), ("NUM_COMPONENTS", 8, ("mixture",))],
)  # fmt: skip
def test_first_answers_are_taken_only_while_their_settings_hold(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: float, others: tuple[str, ...]
) -> None:
    """Their question was job and PPO's settings alone."""
    jobs = {kind: replace(LESSON, kind=kind) for kind in KINDS}
    assert all(len(question_of(job)) == 2 for job in jobs.values())
    monkeypatch.setattr(settings, setting, value)
    assert {kind for kind, job in jobs.items() if len(question_of(job)) == 3} == set(others)


def test_medians_are_over_what_is_not_a_key() -> None:
    rows = [{"kind": k, "seed": s, "x": float(s)} for k in ("a", "b") for s in (1, 2, 9)]
    assert medians(rows, ["kind"], ["x"]) == [
        {"kind": "a", "num_seeds": 3, "x": 2.0}, {"kind": "b", "num_seeds": 3, "x": 2.0}
    ]  # fmt: skip


def test_throughput_is_measured_for_all_in_one_run(tmp_path: Path) -> None:
    rows = measure_throughput(tmp_path)
    assert [row["kind"] for row in rows] == list(KINDS)
    assert all(row["samples_per_second"] > 0 and row["judged_per_second"] > 0 for row in rows)
    assert rows_on_disk("throughput", WORLD_ENV, tmp_path).rows == rows


def test_worlds_are_trained_where_missing_and_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process: what a worker is given is not what was patched here."""
    recipes = {"two_slits": WorldRecipe(num_iterations=1, kinds=("gaussian",))}
    monkeypatch.setattr(worlds_study, "WORLDS", recipes)

    def here(runs: list, root: Path, **_: object) -> None:
        for run in runs:
            worlds_study.train_run(run, root)

    monkeypatch.setattr(evidence, "train_all", here)
    rows = measure_worlds(
        tmp_path / "runs", seeds=[0], num_workers=1, root=tmp_path, layouts=["two_slits"]
    )
    assert len(rows) == 1 and rows[0]["kind"] == "gaussian"
    assert len(rows[0]["gates"]) == 2 and len(rows[0]["shares"]) == 1
