// MuJoCo in the page: the official WebAssembly build, one model shared by any number of robots.

let loading = null;

/** The runtime, loaded once per page; `script` and `wasm` are the addresses of its two files. */
export function loadMujoco({ script, wasm }) {
  loading ??= import(script).then((module) => module.default({ locateFile: () => wasm }));
  loading.catch(() => (loading = null)); // the next atlas tries again
  return loading;
}

/** A model with the recipe of backend/live/recipe.py. */
export class Engine {
  constructor(mujoco, { xml, recipe, arrays }) {
    this.model = mujoco.MjModel.from_xml_string(xml);
    Object.assign(this, { mujoco, recipe, qpos0: arrays.qpos0.data, numPhysics: recipe.frame_skip,
      physicsStep: recipe.time_step / recipe.frame_skip });
  }

  dispose() {
    this.model.delete();
  }
}

/** One robot's physics. Views into the runtime's memory are renewed when it has grown. */
export class Simulation {
  constructor(engine) {
    this.engine = engine;
    this.data = new engine.mujoco.MjData(engine.model);
    this.#view();
    const { skip } = engine.recipe;
    this.obs = new Float64Array(this.qpos.length - skip + this.qvel.length);
  }

  #view() {
    const { qpos, qvel, ctrl } = this.data;
    Object.assign(this, { qpos, qvel, ctrl });
  }

  /** Call before reading after anything else may have taken memory. */
  refresh() {
    if (!this.qpos.length) this.#view();
  }

  /** Put it into a state; without one, the model's own with the environment's noise from `random`. */
  reset(qpos, qvel, random = Math.random) {
    const { mujoco, model, qpos0, recipe } = this.engine;
    mujoco.mj_resetData(model, this.data);
    this.refresh();
    const noise = recipe.reset_noise;
    const even = () => noise * (2 * random() - 1);
    const velocity = recipe.velocity_noise === "normal" ? () => noise * normal(random) : even;
    for (let i = 0; i < this.qpos.length; i++) this.qpos[i] = qpos ? qpos[i] : qpos0[i] + even();
    for (let i = 0; i < this.qvel.length; i++) this.qvel[i] = qvel ? qvel[i] : velocity();
    mujoco.mj_forward(model, this.data);
    this.refresh();
  }

  observe() {
    const { skip, velocity_clip: clip } = this.engine.recipe;
    const { obs, qpos, qvel } = this;
    const kept = qpos.length - skip;
    for (let i = 0; i < kept; i++) obs[i] = qpos[skip + i];
    for (let i = 0; i < qvel.length; i++) obs[kept + i] = Math.min(clip, Math.max(-clip, qvel[i]));
    return obs;
  }

  /** Actions in [-1, 1], held until the next ones. */
  control(action) {
    const scale = this.engine.recipe.action_scale;
    for (let i = 0; i < action.length; i++) this.ctrl[i] = action[i] * scale;
  }

  /** One physics step. */
  step() {
    this.engine.mujoco.mj_step(this.engine.model, this.data);
    this.refresh();
  }

  /** Whether the environment would end the episode here. */
  get down() {
    for (const value of this.qpos) if (!Number.isFinite(value)) return true;
    return this.engine.recipe.healthy.some(([at, low, high]) => !(this.qpos[at] > low && this.qpos[at] < high));
  }

  /** Σ of the squared controls now. */
  get spent() {
    let sum = 0;
    for (const value of this.ctrl) sum += value * value;
    return sum;
  }

  /** The price of contact forces after a control step; 0 where there is none. */
  contactCost() {
    const { contact } = this.engine.recipe;
    if (!contact) return 0;
    this.engine.mujoco.mj_rnePostConstraint(this.engine.model, this.data);
    this.refresh();
    let sum = 0;
    for (const force of this.data.cfrc_ext) sum += Math.min(contact.clip, Math.max(-contact.clip, force)) ** 2;
    return Math.min(contact.cap, contact.weight * sum);
  }

  dispose() {
    this.data.delete();
  }
}

/** Reward of one control step, one number per objective. */
export function rewards(recipe, { vx, vy, spent, height, up, contact }) {
  return recipe.rewards.map((pay) => pay.velocity[0] * vx + pay.velocity[1] * vy + pay.spent * spent
    + pay.height * (height - recipe.start_height) + pay.alive * up + pay.contact * contact);
}

/** A standard normal number (Box and Muller). */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
