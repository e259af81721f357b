"""``steerscape evaluate`` of a system: what is heard, and what is refused."""

from typing import Any

import pytest

from backend.action_latents.polynomial import evidence
from backend.action_latents.polynomial.evidence import TABLES
from backend.commands.evaluate import SEEDS
from tests.commands.conftest import Steerscape


@pytest.mark.parametrize("system", ["polynomial", "compression"])
@pytest.mark.parametrize(
    "option", [["--afresh"], ["--into", "elsewhere"], ["--requests", "5"], ["--episodes", "1"],
               ["--all-corrected"]],
)  # fmt: skip
def test_options_that_a_system_does_not_know_are_refused(
    steerscape: Steerscape, system: str, option: list[str]
) -> None:
    complaint = steerscape("evaluate", system, *option).complaint
    assert f"evaluate {system}" in complaint and option[0] in complaint
    assert "--runs" in complaint, "it says what to use"


@pytest.mark.parametrize("option", [["--seeds", "1"], ["--tables", "x"], ["--workers", "1"]])
def test_compression_is_measured_by_its_own_command(
    steerscape: Steerscape, option: list[str]
) -> None:
    complaint = steerscape("evaluate", "compression", *option).complaint
    assert option[0] in complaint and "steerscape compression build" in complaint


@pytest.mark.parametrize(
    ("words", "seeds", "tables"),
    [([], SEEDS, TABLES), (["--seeds", "0"], (0,), TABLES),
     (["--seeds", "4", "5", "--tables", "robots"], (4, 5), ("robots",))],
)  # fmt: skip
def test_polynomial_hears_its_seeds_and_tables(
    steerscape: Steerscape, monkeypatch: pytest.MonkeyPatch, words: list[str],
    seeds: tuple[int, ...], tables: tuple[str, ...],
) -> None:  # fmt: skip
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(evidence, "measure_all", lambda *_, **said: asked.append(said) or {})
    assert "seconds" in steerscape("evaluate", "polynomial", *words, "--json").json
    assert (asked[0]["seeds"], asked[0]["tables"]) == (seeds, tables)


@pytest.mark.parametrize("option", ["--requests", "--episodes"])
@pytest.mark.parametrize("number", ["0", "-3"])
def test_nothing_to_measure_is_refused(steerscape: Steerscape, option: str, number: str) -> None:
    """Else an empty table would take the place of a measured one."""
    complaint = steerscape("evaluate", "mo-halfcheetah-v5", option, number).complaint
    assert option in complaint and number in complaint and "at least 1" in complaint
