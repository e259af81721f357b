"""The shipped atlas, loaded once; property tests without deadlines or chance."""

import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from backend.atlas.atlas import Atlas
from backend.atlas.store import ATLAS_DIR, load_atlas
from tests.tiny import save_tiny, tiny_atlas
from tests.toys import ATLAS

settings.register_profile(
    "steerscape", deadline=None, derandomize=True, database=None, max_examples=40
)
settings.load_profile("steerscape")
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _main() -> Iterator[None]:
    """AppTest leaves its page as ``__main__``, which spawned workers would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The shipped HalfCheetah atlas. Nobody writes into it."""
    return load_atlas(ATLAS)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Folder of a tiny atlas of an environment, made once per session. Nobody writes into it."""

    @cache
    def build(env: str) -> Path:
        root = tmp_path_factory.mktemp("tiny")
        save_tiny(tiny_atlas(env), root)
        return root / env

    return build


@pytest.fixture(autouse=True)
def _same_numbers_every_time() -> None:
    torch.manual_seed(0)


@pytest.fixture
def atlas_root(tmp_path: Path) -> Path:
    """A folder of atlases with a copy of the shipped one, for tests that damage it."""
    root = tmp_path / "atlases"
    shutil.copytree(ATLAS_DIR / ATLAS, root / ATLAS)
    return root
