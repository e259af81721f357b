"""A live robot to take home: a folder that any static server can serve, without this app."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.live.engine import ENGINE_DIR, SCRIPT, VERSION, WASM
from backend.live.kit import live_kit
from backend.live.store import LiveDecoder

WEB_DIR = ENGINE_DIR.parent
TEMPLATE = WEB_DIR.parent / "takeaway" / "live.html.txt"
QUICK = 1
"Deflate level: higher ones take three times as long and save a tenth."
README = """{title}, live. Serve this folder and open it in a browser:

    python3 -m http.server --directory .

Then http://localhost:8000 (or http://localhost:8000/#kiosk for the full-screen tour). Nothing is
fetched from anywhere else. MuJoCo {version} (Apache-2.0) and three.js (MIT) are inside.
"""


def live_files(
    atlas: Atlas, decoder: LiveDecoder, z: Float[Array, "latent"] | None = None
) -> dict[str, bytes]:
    """File name -> content; the robot starts at ``z``, or at the atlas' first policy."""
    settled = "null" if z is None else json.dumps({"z": z.tolist()})
    page = TEMPLATE.read_text().replace("{title}", atlas.spec.title)
    return {
        "index.html": page.replace("{settled}", settled).encode(),
        "live.js": (WEB_DIR / "live.js").read_bytes(),
        SCRIPT: (ENGINE_DIR / SCRIPT).read_bytes(),
        WASM: (ENGINE_DIR / WASM).read_bytes(),
        "kit.bin": live_kit(atlas, decoder.weights, version=decoder.version),
        "README.txt": README.format(title=atlas.spec.title, version=VERSION).encode(),
    }


def export_live(
    atlas: Atlas, decoder: LiveDecoder, folder: Path, z: Float[Array, "latent"] | None = None
) -> list[Path]:
    """Write the folder; returns its files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = live_files(atlas, decoder, z)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def live_zip(atlas: Atlas, decoder: LiveDecoder, z: Float[Array, "latent"] | None = None) -> bytes:
    """The folder as a zip, for a download. The same robot gives the same bytes."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, data in live_files(atlas, decoder, z).items():
            archive.writestr(ZipInfo(f"live/{name}"), data, ZIP_DEFLATED, QUICK)
    return content.getvalue()
