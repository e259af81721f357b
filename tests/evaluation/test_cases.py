"""The worst cases, and that they can be seen again."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from backend.evaluation.cases import worst_answers, worst_decoded
from backend.evaluation.evidence import Evidence, load_evidence
from backend.evaluation.rollouts import episode_seeds
from backend.evaluation.steering import MEASURING
from tests.studies import write_study

ENV = "mo-halfcheetah-v5"


def own_episodes(item: int, seed: int) -> tuple[int, ...]:
    return tuple(episode_seeds([item], 3, seed=seed)[0].tolist())


def study(name: str, root: Path) -> Evidence:
    write_study(name, root, requests=6)
    return load_evidence(name, ENV, root)


def test_the_largest_misses_come_first_with_bounds_counting_too(tmp_path: Path) -> None:
    evidence = study("steering", tmp_path)
    evidence.rows[3]["violation_percent"] = 77.0
    cases = worst_answers(evidence, evidence.rows)
    assert len(cases) == 10
    assert cases[0].miss_percent == 77
    assert [c.miss_percent for c in cases] == sorted((c.miss_percent for c in cases), reverse=True)
    best = pd.DataFrame(evidence.rows)[["target_error_percent", "violation_percent"]].max(axis=1)
    assert cases[-1].miss_percent == sorted(best, reverse=True)[9]


def test_an_answer_says_what_was_aimed_promised_and_measured(tmp_path: Path) -> None:
    evidence = study("hole", tmp_path)
    row = evidence.rows[0]
    case = worst_answers(evidence, [row])[0]
    assert case.aim == (f"= {row['target'][0]:,.0f}", f"≥ {row['lower'][1]:,.0f}")
    assert (case.predicted, case.measured) == (tuple(row["predicted"]), tuple(row["measured"]))
    assert (case.start, case.z) == (row["start_policy"], tuple(row["z"]))
    assert case.episodes == own_episodes(row["request"], MEASURING), "the episodes that judged it"


def test_other_training_seeds_have_no_latent_and_other_episodes(tmp_path: Path) -> None:
    evidence = study("steering", tmp_path)
    other = next(row for row in evidence.rows if row["seed"] == 1)
    case = worst_answers(evidence, [other])[0]
    assert case.z is None
    assert case.episodes == own_episodes(other["request"], 1 + MEASURING)


def test_decoded_policies_are_judged_by_their_worst_objective(tmp_path: Path) -> None:
    evidence = study("reconstruction", tmp_path)
    cases = worst_decoded(evidence, seeds=(0,))
    frame = pd.DataFrame(evidence.rows).query("mode == 'deterministic' and seed == 0")
    worst = frame.groupby("policy")["percent_of_range"].max().sort_values(ascending=False)
    assert [case.start for case in cases] == worst.index[:10].tolist()
    assert {case.seed for case in cases} == {0}
    assert cases[0].predicted is None
    first = frame[frame["policy"] == cases[0].start].iloc[0]
    assert cases[0].episodes == own_episodes(int(first["row"]), 0)
    assert len({case.key for case in worst_decoded(evidence)}) == 10


@pytest.mark.parametrize("name", ["steering", "reconstruction"])
def test_episodes_of_a_former_protocol_are_nobodys(name: str, tmp_path: Path) -> None:
    """Its rows know no ``row``, and their seeds were drawn otherwise."""
    new = study(name, tmp_path)
    rows = [{key: value for key, value in row.items() if key != "row"} for row in new.rows]
    old = replace(new, rows=rows, parameters={**new.parameters, "protocol": 1})
    cases = worst_answers(old, rows) if name == "steering" else worst_decoded(old)
    assert len(cases) == 10 and all(case.episodes == () for case in cases)
