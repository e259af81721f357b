"""The figures of the first sight are those of the right rows."""

from pathlib import Path

import pandas as pd
import pytest

from backend.evaluation.evidence import Evidence, Rows, load_evidence
from backend.evaluation.headline import ANSWERS, OURS, headline, is_variant, times_lower
from backend.evaluation.spaces import APP
from backend.evaluation.steering import DEFAULT
from tests.studies import write_study

ENV = "mo-halfcheetah-v5"


def evidence(table: str, rows: Rows) -> Evidence:
    return Evidence(table=table, env=ENV, rows=rows, command="", atlases={})


def answer_row(seed: int, request: int, success: bool, **facts: object) -> dict[str, object]:
    return {"seed": seed, "request": request, "success_5": success, **facts}


def test_each_way_to_answer_counts_its_own_rows() -> None:
    rows = [
        answer_row(seed, request, name == "default" or request == 0, **variant.facts)
        for seed in (0, 1)
        for name, variant in ANSWERS.items()
        for request in range(4)
    ]
    figures = headline(evidence("steering", rows))
    assert {name: one.value for name, one in figures.items()} == {
        "default": 1.0, "single shot": 0.25, "paper": 0.25, "nearest": 0.25,
    }  # fmt: skip
    assert all(one.count == 8 for one in figures.values())


def test_a_way_that_was_not_measured_has_no_figure() -> None:
    rows = [answer_row(0, 0, True, **DEFAULT.facts)]
    assert headline(evidence("hole", rows))["paper"].count == 0


def test_variants_are_told_apart_by_all_their_facts(tmp_path: Path) -> None:
    write_study("steering", tmp_path, requests=2)
    frame = pd.DataFrame(load_evidence("steering", ENV, tmp_path).rows)
    chosen = frame[is_variant(frame, DEFAULT)]
    assert len(chosen) == 4, "two seeds with two requests"
    assert set(chosen["corrected"]) == {True}
    assert set(chosen["start"]) == {"near"}


def test_reconstruction_is_judged_by_each_figure_s_worst_objective() -> None:
    errors = {("forward", "deterministic"): (2.0, 4.0), ("energy", "deterministic"): (6.0, 3.0),
              ("forward", "stochastic"): (50.0, 50.0)}  # fmt: skip
    rows = [
        {"seed": 0, "policy": f"p{k}", "mode": mode, "objective": objective,
         "held_out": "network" if k == 2 else "random",
         "relative_percent": relative, "percent_of_range": of_range * (1 + 2 * (k == 2))}
        for (objective, mode), (relative, of_range) in errors.items()
        for k in range(3)
    ]  # fmt: skip
    figures = headline(evidence("reconstruction", rows))
    assert {name: one.value for name, one in figures.items()} == {
        "relative": 6.0, "of range": 4.0, "of range, unseen network": 12.0, "relative, noisy": 50.0,
    }  # fmt: skip


def test_probes_are_judged_by_the_worst_objective_and_ours_against_a_vae() -> None:
    values = {(OURS, "forward"): (0.99, 0.01), (OURS, "energy"): (0.9, 0.03),
              (APP, "forward"): (0.8, 0.2), (APP, "energy"): (0.9, 0.2),
              ("VAE", "forward"): (0.5, 0.1), ("VAE", "energy"): (0.5, 0.1)}  # fmt: skip
    rows = [
        {"seed": seed, "space": space, "objective": objective, "metric": metric, "value": value}
        for (space, objective), (r2, mse) in values.items()
        for metric, value in (("probe R²", r2), ("probe MSE", mse))
        for seed in (0, 1)
    ]
    figures = headline(evidence("geometry", rows))
    assert figures["probe R²"].value == pytest.approx(0.8)
    assert figures["probe R², short"].value == pytest.approx(0.9)
    assert "probe R², raw" not in figures
    assert figures["below VAE"].value == pytest.approx(0.1 / 0.02)
    assert set(times_lower(pd.DataFrame(rows))) == {APP, "VAE"}
