"""Artefacts: whole or not there at all, and never read when damaged."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from backend.artifacts import Manifest, as_json, read_manifest, write_artifact
from backend.errors import DamagedArtifact

REBUILD = "steerscape thing build"
MANIFEST = Manifest(kind="thing", schema=3, rebuild=REBUILD, seed=7, config={"size": 2})


def write(folder: Path, text: str = "first", **changes: object) -> None:
    with write_artifact(folder, replace(MANIFEST, **changes)) as scratch:
        (scratch / "a.txt").write_text(text)
        (scratch / "inner").mkdir()
        (scratch / "inner" / "b.txt").write_text("b")


def read(folder: Path) -> Manifest:
    return read_manifest(folder, kind="thing", schema=3, rebuild=REBUILD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "thing"
    write(folder)
    return folder


def test_manifest_comes_back_with_every_file(folder: Path) -> None:
    manifest = read(folder)
    assert (manifest.kind, manifest.schema, manifest.seed) == ("thing", 3, 7)
    assert manifest.config == {"size": 2}
    assert set(manifest.files) == {"a.txt", "inner/b.txt"}
    assert manifest.code_version


def test_writing_again_replaces_and_leaves_no_scratch(folder: Path) -> None:
    write(folder, "second")
    assert (folder / "a.txt").read_text() == "second"
    assert read(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["thing"]


def test_interrupted_write_leaves_the_old_artefact_in_place(folder: Path) -> None:
    before = read(folder)
    with (
        pytest.raises(KeyboardInterrupt),
        write_artifact(folder, MANIFEST) as scratch,
    ):
        (scratch / "a.txt").write_text("half of the sec")
        raise KeyboardInterrupt
    assert read(folder) == before
    assert (folder / "a.txt").read_text() == "first"
    assert [path.name for path in folder.parent.iterdir()] == ["thing"]


def test_interrupted_first_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), write_artifact(tmp_path / "new", MANIFEST):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_hash_is_that_of_the_content(tmp_path: Path) -> None:
    write(tmp_path / "a")
    write(tmp_path / "b", seed=8)
    write(tmp_path / "c", "other")
    write(tmp_path / "d", config={"size": 3})
    first, same, other, configured = (read(tmp_path / name).hash for name in "abcd")
    assert first == same
    assert len({first, other, configured}) == 3


@pytest.mark.parametrize(
    ("damage", "named", "problem"),
    [
        (lambda f: (f / "a.txt").write_text("firs"), "a.txt", "does not match its hash"),
        (lambda f: (f / "inner" / "b.txt").unlink(), "b.txt", "missing"),
        (lambda f: (f / "manifest.json").unlink(), "manifest.json", "missing"),
        (lambda f: (f / "manifest.json").write_text("{"), "manifest.json", "not a manifest"),
        (lambda f: (f / "manifest.json").write_text("[1]"), "manifest.json", "not a manifest"),
        (lambda f: (f / "manifest.json").write_bytes(b"\xff\xfe{"), "manifest.json", "not a"),
        (lambda f: edit(f, schema=4), "manifest.json", "schema 4, expected thing schema 3"),
        (lambda f: edit(f, kind="hat"), "manifest.json", "is hat schema 3"),
        (lambda f: edit(f, colour="red"), "manifest.json", "not a manifest"),
        (lambda f: edit(f, files={"../x": "0"}), "manifest.json", "outside the artefact: ../x"),
        (lambda f: edit(f, files={"/etc/passwd": "0"}), "manifest.json", "outside the artefact"),
        (lambda f: edit(f, files=["a.txt"]), "manifest.json", "not a manifest"),
    ],
)
def test_damage_is_named(folder: Path, damage: object, named: str, problem: str) -> None:
    damage(folder)  # type: ignore[operator]
    with pytest.raises(DamagedArtifact) as caught:
        read(folder)
    text = str(caught.value)
    assert named in text
    assert problem in text
    assert f"`{REBUILD}`" in text
    assert "\n" not in text


def edit(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


@dataclass(frozen=True)
class Inner:
    sizes: tuple[int, ...] = (1, 2)
    name: str | None = None


@dataclass(frozen=True)
class Outer:
    inner: Inner = Inner()
    many: tuple[Inner, ...] = (Inner(name="x"),)
    table: dict[str, Inner] | None = None


def test_nested_configuration_becomes_plain_json() -> None:
    plain = as_json(Outer(table={"k": Inner(sizes=())}))
    assert plain == {
        "inner": {"sizes": [1, 2], "name": None},
        "many": [{"sizes": [1, 2], "name": "x"}],
        "table": {"k": {"sizes": [], "name": None}},
    }
    assert json.loads(json.dumps(plain)) == plain
