"""MuJoCo's WebAssembly build: which one it is, and that the committed files are it."""

from pathlib import Path

ENGINE_DIR = Path(__file__).parents[2] / "assets" / "web" / "mujoco"
"The committed files of the npm package ``@mujoco/mujoco``."
VERSION = "3.14.0"
"Of the package and of the MuJoCo inside."
SCRIPT, WASM = "mujoco.js", "mujoco.wasm"
HASHES = {
    SCRIPT: "bc6980e4bc5ee5f809a6cabde0743798637e113d333f9e85124714d42be1ccae",
    WASM: "2d380f1070a556c3003b4a7c7c10c98a5f61db4e91815de1075ec478e9487e76",
}
"SHA-256 of the files as published."
