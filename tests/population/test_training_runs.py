"""Networks trained side by side: every checkpoint is told once, with measured returns."""

from dataclasses import replace
from pathlib import Path

from backend.policies.ppo import PpoConfig
from backend.policies.preferences import PreferenceSpace
from backend.policies.training import Phase, RunConfig
from backend.population.training_runs import train_runs
from tests.toys import SHORT

TINY = PpoConfig(num_envs=4, rollout_steps=8, minibatch_size=16, num_epochs=1)
PHASE = Phase(num_steps=64, num_checkpoints=2, ppo=TINY)
PLAIN = RunConfig(name="plain", seed=1, phases=(PHASE,))
CAPPED = replace(PLAIN, name="capped", preferences=PreferenceSpace(speed_caps=(0.5, 9.0)))


def test_every_checkpoint_is_reported_once_with_its_returns(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    train_runs(
        SHORT, (PLAIN, CAPPED), tmp_path, num_workers=2, report=lambda *row: seen.append(row)
    )
    assert [row[0] for row in seen] == [1, 2, 3, 4]
    assert {row[1] for row in seen} == {4}
    firsts = sorted(" ".join(row[2].split()[:3]) for row in seen)
    assert firsts == [f"{n} {i}/2 forward/energy" for n in ("capped", "plain") for i in (1, 2)]
    assert all(row[2].count("w") >= 4 and "/" in row[2].split()[-1] for row in seen)
    assert len(list(tmp_path.glob("*/checkpoint-*.safetensors"))) == 4
