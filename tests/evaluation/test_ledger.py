"""What was measured before a stop is not measured again."""

from pathlib import Path

from backend.evaluation.evidence import Rows
from backend.evaluation.ledger import Ledger


def test_rows_are_measured_once_per_question(tmp_path: Path) -> None:
    asked: list[str] = []

    def measure(name: str) -> Rows:
        asked.append(name)
        return [{"name": name, "share": 0.5, "target": [1.0, float("nan")]}]

    first = Ledger(tmp_path / "kept")
    for name in ("a", "b", "a"):
        assert first.rows({"q": name}, lambda name=name: measure(name))[0]["name"] == name
    assert asked == ["a", "b"]
    again = Ledger(tmp_path / "kept")
    assert again.rows({"q": "b"}, lambda: measure("b"))[0]["share"] == 0.5
    assert asked == ["a", "b"] and again.seconds_saved >= 0
    again.forget()
    Ledger(tmp_path / "kept").rows({"q": "b"}, lambda: measure("b"))
    assert asked == ["a", "b", "b"]


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    asked: list[int] = []
    ledger = Ledger()
    for i in range(2):
        ledger.rows({}, lambda i=i: [{"i": asked.append(i)}])
    assert asked == [0, 1]
    ledger.forget()
    assert not list(tmp_path.iterdir())
