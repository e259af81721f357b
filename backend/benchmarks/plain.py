"""The plain way: Gymnasium's own environment, torch at every step, ``env.render`` and imageio.

Run as a process of its own, as OpenGL must never enter the app's process
(``python -m backend.benchmarks.plain ENV FILE STEPS EVERY WIDTH HEIGHT``). Prints one JSON object.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ENVIRONMENTS = {
    "mo-halfcheetah-v5": "HalfCheetah-v5", "mo-walker2d-v5": "Walker2d-v5",
    "mo-hopper-2obj-v5": "Hopper-v5", "mo-hopper-v5": "Hopper-v5",
    "mo-ant-2obj-v5": "Ant-v5", "mo-humanoid-v5": "Humanoid-v5",
}  # fmt: skip
"Gymnasium's environment under each of ours: same robot, observation and dynamics."


def rollout(
    env_name: str, latents: Path, num_steps: int, every: int, size: tuple[int, int] | None
) -> dict[str, Any]:
    """Time ``num_steps`` in closed loop, each ``every``-th rendered and encoded given a ``size``.

    An episode that ends early is followed by another one.
    """
    import gymnasium
    import imageio.v3 as imageio
    import torch
    from safetensors.torch import load_file

    from backend.envs.table import env_spec
    from backend.representation.model import Representation

    spec = env_spec(env_name)
    tensors = load_file(latents)
    model = Representation.load(
        Path(str(latents.parent / "representation.safetensors")), rebuild=""
    )
    z = tensors["z"][:1].float()
    options = (
        {} if size is None else {"render_mode": "rgb_array", "width": size[0], "height": size[1]}
    )
    env = gymnasium.make(ENVIRONMENTS[env_name], **options, **spec.make_options)
    obs, _ = env.reset(seed=0)
    if size is not None:
        env.render()
    began = time.perf_counter()
    frames = []
    with torch.no_grad():
        for step in range(num_steps):
            normalised = model.normalise(torch.as_tensor(obs, dtype=torch.float32)[None])
            action = model.decoder(normalised, z)[0].clamp(-1, 1).numpy()
            obs, _, terminated, truncated, _ = env.step(action * spec.action_scale)
            if terminated or truncated:
                obs, _ = env.reset()
            if size is not None and step % every == 0:
                frames.append(env.render())
    if size is not None:
        with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
            fps = round(1 / (spec.time_step * every))
            imageio.imwrite(file.name, frames, plugin="pyav", codec="libx264", fps=fps)
    seconds = time.perf_counter() - began
    env.close()
    return {"seconds": seconds}


def main(arguments: list[str]) -> None:
    """Command-line entry of the timing process."""
    env_name, latents, num_steps, every, width, height = arguments
    size = (int(width), int(height)) if int(width) else None
    if size is not None:
        os.environ.setdefault("MUJOCO_GL", "egl")
    seconds = rollout(env_name, Path(latents), int(num_steps), int(every), size)
    sys.stdout.write(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
