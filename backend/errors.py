"""The errors a person may see. Each says what was expected, what came, and what is available."""

from collections.abc import Iterable


class StudioError(Exception):
    """Bad input from outside (a file, a URL, a control, a command line). Its text is one line."""


class UnknownName(StudioError):
    """A name that is not in the table it was looked up in."""

    def __init__(self, kind: str, name: str, available: Iterable[str]) -> None:
        listed = ", ".join(available) or "none"
        super().__init__(f"unknown {kind} {name!r}; available: {listed}")


class InvalidValue(StudioError):
    """A value outside what was expected."""

    def __init__(self, what: str, came: object, expected: str) -> None:
        super().__init__(f"{what}: expected {expected}, got {came!s}")


class DamagedArtifact(StudioError):
    """An artefact whose files do not match its manifest."""

    def __init__(self, path: object, problem: str, rebuild: str) -> None:
        super().__init__(f"{path}: {problem}; rebuild it with `{rebuild}`")


class AppDidNotStart(StudioError):
    """The server ended at once, or did not answer in time."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the app did not start: {why}")


class NoBrowser(StudioError):
    """There is no Chromium, or nothing that could drive it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"no browser: {why}")


class RenderFailure(StudioError):
    """The render process died or answered too late."""
