"""The command line: one dataclass per command, one JSON object per answer.

Exit status 0: done. 2: bad input, with one line on standard error naming what was expected.
"""

import contextlib
import io
import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import tyro

from backend.commands.app import App
from backend.commands.atlas import AtlasCommand
from backend.commands.bench import Bench
from backend.commands.compression import CompressionCommand
from backend.commands.encode import Encode
from backend.commands.evaluate import Evaluate
from backend.commands.live import LiveCommand
from backend.commands.pictures import Pictures
from backend.commands.polynomial import PolynomialCommand
from backend.commands.population import PopulationCommand
from backend.commands.render import Render
from backend.commands.report import Report
from backend.commands.steer import Steer
from backend.errors import StudioError

Command = (
    Annotated[App, tyro.conf.subcommand("app")]
    | Annotated[AtlasCommand, tyro.conf.subcommand("atlas")]
    | Annotated[PopulationCommand, tyro.conf.subcommand("population")]
    | Annotated[CompressionCommand, tyro.conf.subcommand("compression")]
    | Annotated[PolynomialCommand, tyro.conf.subcommand("polynomial")]
    | Annotated[LiveCommand, tyro.conf.subcommand("live")]
    | Annotated[Steer, tyro.conf.subcommand("steer")]
    | Annotated[Encode, tyro.conf.subcommand("encode")]
    | Annotated[Render, tyro.conf.subcommand("render")]
    | Annotated[Evaluate, tyro.conf.subcommand("evaluate")]
    | Annotated[Pictures, tyro.conf.subcommand("pictures")]
    | Annotated[Report, tyro.conf.subcommand("report")]
    | Annotated[Bench, tyro.conf.subcommand("bench")]
)


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit."""
    sys.exit(run(sys.argv[1:] if argv is None else list(argv)))


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    try:
        command = _parse(argv)
        command = getattr(command, "command", command)
        answer = command.run()
    except StudioError as error:
        print(f"steerscape: {error}", file=sys.stderr)
        return 2
    print(json.dumps(answer) if command.json else _pretty(answer))
    return 0


def _parse(argv: Sequence[str]) -> Any:
    noise = io.StringIO()
    try:
        with contextlib.redirect_stderr(noise):
            return tyro.cli(
                Command,  # type: ignore[arg-type]
                prog="steerscape",
                args=list(argv),
                config=(tyro.conf.OmitSubcommandPrefixes, tyro.conf.FlagCreatePairsOff),
            )
    except SystemExit as stop:
        if stop.code in (0, None):
            raise
        raise StudioError(_first_sentence(noise.getvalue())) from None


def _first_sentence(box: str) -> str:
    """The message inside the parser's framed complaint, on one line."""
    lines = [re.sub(r"[╭╮╰╯│─]+|-{3,}", " ", line).strip() for line in box.splitlines()]
    texts = [line for line in lines if line]
    text = " ".join(texts[1:3]) if len(texts) > 1 else " ".join(texts)
    return f"{text.partition('For full helptext')[0].strip()} (see steerscape --help)"


def _pretty(answer: dict[str, Any]) -> str:
    return json.dumps(answer, indent=2)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
