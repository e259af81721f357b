// The player's keys: what each does, and the panel that says so. The camera's are the live robots' too.

import { el } from "./dom.js";

const SKIP_SECONDS = 1;
const ORBIT_PIXELS = 24; // what one press of an arrow moves the camera, as if dragged so far
const ZOOM_STEP = 1.15;

/** What each key does to the camera, as the browser names it; "Shift+" only before arrows. */
export const CAMERA = {
  "Shift+ArrowLeft": (p) => p.orbit(ORBIT_PIXELS, 0),
  "Shift+ArrowRight": (p) => p.orbit(-ORBIT_PIXELS, 0),
  "Shift+ArrowUp": (p) => p.orbit(0, ORBIT_PIXELS),
  "Shift+ArrowDown": (p) => p.orbit(0, -ORBIT_PIXELS),
  "+": (p) => p.zoom(1 / ZOOM_STEP),
  "=": (p) => p.zoom(1 / ZOOM_STEP), // where + needs shift
  "-": (p) => p.zoom(ZOOM_STEP),
  0: (p) => p.resetCamera(),
};
/** What each does in the player. */
const ACTIONS = {
  ...CAMERA,
  " ": (p) => p.toggle(),
  ",": (p) => p.step(-1),
  ".": (p) => p.step(1),
  ArrowLeft: (p) => p.skip(-SKIP_SECONDS),
  ArrowRight: (p) => p.skip(SKIP_SECONDS),
  Home: (p) => p.seekFrame(0),
  End: (p) => p.seekFrame(Infinity),
  "<": (p) => p.changeSpeed(-1),
  ">": (p) => p.changeSpeed(1),
  v: (p) => p.nextMode(),
  g: (p) => p.setGhosts(!p.ghosts),
  "?": (p) => p.setHelp(!p.help),
};
const OF_CONTROLS = /^( |Home|End|.*Arrow.*)$/; // what a focused button or slider needs itself

export const CAMERA_HELP = [[["⇧ arrows"], "turn camera"], [["+", "−"], "nearer, farther"], [["0"], "reset camera"]];
const HELP = [
  [["space"], "play, pause"], [[",", "."], "step back, on"], [["←", "→"], "1 s back, on"],
  [["Home", "End"], "start, end"], [["<", ">"], "slower, faster"], [["V"], "next view"],
  [["G"], "ghosts"], ...CAMERA_HELP, [["?"], "these keys"],
];

/** Act on a key pressed inside the player; a focused button or slider keeps its own keys. `actions`: what keys do. */
export function press(event, player, actions = ACTIONS) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const shifted = event.shiftKey && event.key.startsWith("Arrow");
  const key = shifted ? `Shift+${event.key}` : event.key.length > 1 ? event.key : event.key.toLowerCase();
  const act = key === "Escape" && player.help ? () => player.setHelp(false) : actions[key];
  if (!act || (OF_CONTROLS.test(key) && event.target !== event.currentTarget)) return;
  event.preventDefault();
  event.stopPropagation(); // Streamlit has keys of its own
  act(player);
}

/** The panel that lists the keys. */
export const helpPanel = (close) =>
  el("div", { class: "sp-help", role: "region", "aria-label": "Keys of the replay", hidden: true },
    el("button", { type: "button", class: "sp-close", "aria-label": "Close the list of keys", title: "Close (Esc)", onclick: close }, "×"),
    el("dl", {}, ...HELP.map(([keys, does]) =>
      el("div", {}, el("dt", {}, ...keys.map((key) => el("kbd", {}, key))), el("dd", {}, does)))));
