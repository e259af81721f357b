"""The live page in a real browser: where things are, and episodes run by the page's own engine."""

from typing import Any

from playwright.sync_api import Page

ROOT, MAP = ".lv-root", ".lv-map"

EPISODES = """async ({ kit: url, row: policy, starts, steps, traced }) => {
  const { loadMujoco, fetchKit, Engine, Simulation, DecoderWeights, LiveDecoder, rewards, row } = await import("./live.js");
  const at = (name) => new URL(name, location.href).href;
  const [mujoco, kit] = await Promise.all([loadMujoco({ script: at("mujoco.js"), wasm: at("mujoco.wasm") }), fetchKit(at(url))]);
  const engine = new Engine(mujoco, kit);
  const simulation = new Simulation(engine);
  const decoder = new LiveDecoder(new DecoderWeights(kit));
  decoder.setLatent(row(kit.arrays.z, policy));
  const trace = [], means = [];
  for (const [qpos, qvel] of starts) {
    simulation.reset(qpos, qvel);
    const sums = kit.objectives.map(() => 0);
    let step = 0;
    for (; step < steps && !(step && simulation.down); step++) {
      const [x, y] = simulation.qpos;
      simulation.control(decoder.act(simulation.observe()));
      for (let i = 0; i < engine.numPhysics; i++) simulation.step();
      const [vx, vy] = [simulation.qpos[0] - x, simulation.qpos[1] - y].map((way) => way / kit.recipe.time_step);
      const pay = rewards(kit.recipe, { vx, vy, spent: simulation.spent, height: simulation.qpos[1], up: Number(!simulation.down), contact: simulation.contactCost() });
      pay.forEach((value, i) => (sums[i] += value));
      if (trace.length < traced) trace.push([...simulation.qpos]);
    }
    means.push(sums.map((sum) => sum / step));
  }
  simulation.dispose();
  engine.dispose();
  return { trace, means };
}"""  # noqa: E501
"Runs episodes of a training policy's latent; gives the first one's positions and mean rewards."

SETTLED = """async ({ kit: url, map, places }) => {
  const { fetchKit, Country } = await import("./live.js");
  const country = new Country(await fetchKit(new URL(url, location.href).href));
  return places.map((xy) => {
    const z = country.settle(map, xy);
    return { z: [...z], at: country.place(map, z), predicted: country.predict(z) };
  });
}"""
"Who lives at some places of a map."

AIMED = """async ({ kit: url, goals }) => {
  const { fetchKit, Country, row } = await import("./live.js");
  const country = new Country(await fetchKit(new URL(url, location.href).href));
  const from = row(country.z, 0);
  return goals.map((wanted) => {
    const z = country.aim(wanted, from);
    return { z: [...z], predicted: country.predict(z) };
  });
}"""
"Latents aimed at by returns, null where free."


ALONE = """async () => {
  const { standalone } = await import("./live.js");
  globalThis.live = standalone(document.querySelector("main"),
    { kit_url: "kit.bin", script_url: "mujoco.js", wasm_url: "mujoco.wasm", settled: null, kiosk: false });
}"""  # noqa: E501
"Runs a kit in a page of its own, as ``live``."

HEARD = """() => {
  globalThis.heard = [];
  for (const name of ["push", "restart"]) live[name] = () => heard.push(name);
}"""
"Writes down what keys ask for, in ``heard``."

CAMERA = "() => [live.theatre.scene.rig].map(({ azimuth, elevation, zoom }) => [azimuth, elevation, zoom])[0]"  # noqa: E501
"Degrees, degrees and share of the distance."


def told(page: Page, name: str) -> float:
    """A number that the page tells of itself."""
    return float(page.get_attribute(ROOT, f"data-{name}") or "nan")


def wait_for_speed(page: Page, condition: str) -> None:
    """Until the mean speed of the last two seconds meets a condition such as ``> 5``."""
    page.wait_for_function(
        f"() => Number(document.querySelector('{ROOT}').dataset.speed) {condition}"
    )


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """A pixel of the map from shares of its width and height."""
    box: Any = page.locator(MAP).bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]
