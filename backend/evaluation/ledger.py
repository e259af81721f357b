"""Answers kept as they come, so that a study of hours goes on where it was stopped."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.evaluation.evidence import Rows


class Ledger:
    """Measured rows by what was asked for; kept nowhere if there is no folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.seconds_saved = 0.0
        "CPU time of the rows that an earlier run measured."

    def rows(self, question: Any, measure: Callable[[], Rows]) -> Rows:
        """The rows kept for ``question`` (anything JSON can say), or ``measure()``, then kept."""
        if self._folder is None:
            return measure()
        name = hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()[:32]
        path = self._folder / f"{name}.json"
        if path.exists():
            kept = json.loads(path.read_text())
            self.seconds_saved += kept["seconds"]
            return kept["rows"]
        began = time.process_time()
        rows = measure()
        self._folder.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(".part")
        scratch.write_text(json.dumps({"seconds": time.process_time() - began, "rows": rows}))
        scratch.rename(path)
        return rows

    def forget(self) -> None:
        """Drop what is kept: the study is whole and saved elsewhere."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
