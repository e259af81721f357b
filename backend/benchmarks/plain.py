"""The plain way: Gymnasium's own environment, torch at every step, ``env.render`` and imageio.

Run as a process of its own (``python -m backend.benchmarks.plain ENV FILE STEPS WIDTH HEIGHT``), as
OpenGL must never enter the app's process. Prints one JSON object.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ENVIRONMENTS = {"mo-halfcheetah-v5": "HalfCheetah-v5"}


def rollout(
    env_name: str, latents: Path, num_steps: int, size: tuple[int, int] | None
) -> dict[str, Any]:
    """Time one closed-loop episode, with every frame rendered and encoded if ``size`` is given."""
    import gymnasium
    import imageio.v3 as imageio
    import torch
    from safetensors.torch import load_file

    from backend.representation.model import Representation

    tensors = load_file(latents)
    model = Representation.load(
        Path(str(latents.parent / "representation.safetensors")), rebuild=""
    )
    z = tensors["z"][:1].float()
    options = (
        {} if size is None else {"render_mode": "rgb_array", "width": size[0], "height": size[1]}
    )
    env = gymnasium.make(ENVIRONMENTS[env_name], **options)
    obs, _ = env.reset(seed=0)
    if size is not None:
        env.render()
    began = time.perf_counter()
    frames = []
    with torch.no_grad():
        for _ in range(num_steps):
            normalised = model.normalise(torch.as_tensor(obs, dtype=torch.float32)[None])
            action = model.decoder(normalised, z)[0].clamp(-1, 1).numpy()
            obs, *_ = env.step(action)
            if size is not None:
                frames.append(env.render())
    if size is not None:
        with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
            imageio.imwrite(file.name, frames, plugin="pyav", codec="libx264", fps=20)
    seconds = time.perf_counter() - began
    env.close()
    return {"seconds": seconds}


def main(arguments: list[str]) -> None:
    """Command-line entry of the timing process."""
    env_name, latents, num_steps, width, height = arguments
    size = (int(width), int(height)) if int(width) else None
    if size is not None:
        os.environ.setdefault("MUJOCO_GL", "egl")
    sys.stdout.write(json.dumps(rollout(env_name, Path(latents), int(num_steps), size)))


if __name__ == "__main__":
    main(sys.argv[1:])
