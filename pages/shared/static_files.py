"""Big, unchanging files for the browser: written once under their hash, fetched once, then cached.

Streamlit serves the folder ``static/`` beside ``app.py`` at ``app/static/`` when
``server.enableStaticServing`` is on. Its answers carry an ETag but no Cache-Control, so the
components fetch with ``cache: "force-cache"``: right here, as a name never changes its content.
"""

import hashlib
import os
import tempfile
import time
from functools import lru_cache
from pathlib import Path

STATIC_DIR = Path(__file__).parents[2] / "static"
"Beside app.py; git-ignored and made on demand."
FORGOTTEN_DAYS = 30.0
"What no page has asked for since is removed."
_NAME_LENGTH = 16


def publish(content: bytes, suffix: str) -> str:
    """Write ``content`` under its hash and return its address, relative to the app's root.

    The suffix (with its dot) decides the MIME type; ``.js``, ``.json`` and ``.bin`` are right.
    """
    name = hashlib.sha256(content).hexdigest()[:_NAME_LENGTH] + suffix
    target = STATIC_DIR / name
    _forget_old_files()
    if target.exists():
        target.touch()
    else:
        STATIC_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=STATIC_DIR, prefix=".new-", delete=False) as file:
            file.write(content)
        os.chmod(file.name, 0o644)
        os.replace(file.name, target)
    return f"app/static/{name}"


@lru_cache(maxsize=1)
def _forget_old_files() -> None:
    """Once in a server's life: files of old versions and atlases would else stay for ever."""
    oldest = time.time() - FORGOTTEN_DAYS * 24 * 3600
    for file in STATIC_DIR.glob("[!.]*.*"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def publish_file(path: Path, suffix: str | None = None) -> str:
    """``publish`` for a file on disk, read again only when its time or size changes."""
    stat = path.stat()
    url = _publish_version(path, suffix or path.suffix, stat.st_mtime_ns, stat.st_size)
    if not (STATIC_DIR / url.rpartition("/")[2]).exists():
        _publish_version.cache_clear()
        return publish_file(path, suffix)
    return url


@lru_cache(maxsize=64)
def _publish_version(path: Path, suffix: str, _time: int, _size: int) -> str:
    return publish(path.read_bytes(), suffix)
