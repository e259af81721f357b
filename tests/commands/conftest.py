"""The command line, run in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backend import cli
from backend.studio import ATLASES_VARIABLE


@dataclass(frozen=True)
class Printed:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        assert self.status == 0, self.err
        assert len(self.out.splitlines()) == 1
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line of a refusal; nothing else may have been printed."""
        assert self.status == 2, (self.out, self.err)
        assert self.out == ""
        (line,) = self.err.splitlines()
        assert line.startswith("steerscape: ")
        assert "Traceback" not in line
        return line


Steerscape = Callable[..., Printed]


@pytest.fixture
def steerscape(capsys: pytest.CaptureFixture[str]) -> Steerscape:
    """Run one command line, given as words."""

    def run(*words: object) -> Printed:
        capsys.readouterr()
        status = cli.run([str(word) for word in words])
        printed = capsys.readouterr()
        return Printed(status, printed.out, printed.err)

    return run


@pytest.fixture
def elsewhere(atlas_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command reads the copy of the atlases in ``atlas_root``."""
    monkeypatch.setenv(ATLASES_VARIABLE, str(atlas_root))
    return atlas_root
