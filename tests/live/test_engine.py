"""The committed WebAssembly is the one that was published."""

import json

from backend.artifacts import file_hash
from backend.live.engine import ENGINE_DIR, HASHES, VERSION, WASM


def test_the_files_are_the_published_ones() -> None:
    assert {name: file_hash(ENGINE_DIR / name) for name in HASHES} == HASHES


def test_the_version_is_what_the_binary_says() -> None:
    assert VERSION.encode() + b"\0" in (ENGINE_DIR / WASM).read_bytes()


def test_the_readme_names_version_licence_and_hashes() -> None:
    text = (ENGINE_DIR.parent / "README.md").read_text()
    assert all(part in text for part in (f"`@mujoco/mujoco` {VERSION}", "Apache-2.0"))
    assert all(value in text for value in HASHES.values())


def test_no_bundle_contains_the_engine() -> None:
    package = json.loads((ENGINE_DIR.parent / "package.json").read_text())
    assert not any("mujoco" in name for name in package["devDependencies"])
