// The player's controls: transport, time and speed in a bar; view switches over the scene.

import { el, icon } from "./dom.js";

const GLYPH = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zm8 0h4v14h-4z",
  back: "M7 6h2.2v12H7zm3.4 6L19 6v12z",
  forward: "M14.8 6H17v12h-2.2zM5 6l8.6 6L5 18z",
  home: "M12 8c-2.2 0-4 1.8-4 4s1.8 4 4 4 4-1.8 4-4-1.8-4-4-4zM5 15H3v4c0 1.1 .9 2 2 2h4v-2H5zM5 5h4V3H5c-1.1 0-2 .9-2 2v4h2zm14-2h-4v2h4v4h2V5c0-1.1-.9-2-2-2zm0 16h-4v2h4c1.1 0 2-.9 2-2v-4h-2z",
};
const SPEEDS = [
  [0.125, "⅛×", "Eighth speed"], [0.25, "¼×", "Quarter speed"], [0.5, "½×", "Half speed"],
  [1, "1×", "Real time"], [2, "2×", "Double speed"],
];
const MODES = [
  ["treadmill", "Treadmill", "Robots in one scene, the floor moves under each"],
  ["race", "Race", "Robots where they truly are; the camera follows the steered one"],
  ["split", "Side by side", "A picture of its own for each robot"],
];

/** The choice that many places after the one given; the first or last one at the ends. */
const after = (choices, value, places) => {
  const index = choices.findIndex(([choice]) => choice === value) + places;
  return choices[Math.min(choices.length - 1, Math.max(0, index))][0];
};
export const fasterThan = (speed, places) => after(SPEEDS, speed, places);
export const modeAfter = (mode) => (mode === MODES.at(-1)[0] ? MODES[0][0] : after(MODES, mode, 1));

const button = (glyph, label, onclick, kind = "") =>
  el("button", { type: "button", class: `sp-button ${kind}`, "aria-label": label, title: label, onclick }, icon(GLYPH[glyph]));

/** Buttons of which one is on; `choose(value)` is called with the one clicked. */
function segments(label, choices, choose) {
  const buttons = choices.map(([value, text, title]) =>
    el("button", { type: "button", title, "aria-label": `${text}: ${title}`, "data-value": value, onclick: () => choose(value) }, text));
  const node = el("div", { class: "sp-segments", role: "group", "aria-label": label }, ...buttons);
  const show = (value) => buttons.forEach((b) =>
    b.setAttribute("aria-pressed", String(b.dataset.value === String(value))));
  return { node, show };
}

const seconds = (value) => `${value.toFixed(1)} s`;

/** `player` offers toggle, step, seekFrame, setSpeed, setGhosts, setMode, setHelp and resetCamera. */
export class Bar {
  constructor(player) {
    this.play = button("pause", "Pause (space)", () => player.toggle(), "sp-play");
    this.now = el("span", {}, "0.0 s");
    this.total = el("span", { class: "sp-total" });
    this.time = el("span", { class: "sp-time" }, this.now, this.total);
    this.scrub = el("input", { type: "range", class: "sp-scrub scrub", min: 0, max: 1, step: 1, value: 0,
      "aria-label": "Time in the episode", oninput: () => player.seekFrame(Number(this.scrub.value)) });
    this.speed = segments("Playback speed", SPEEDS, (value) => player.setSpeed(value));
    this.node = el("div", { class: "sp-bar" },
      button("back", "One step back (,)", () => player.step(-1)), this.play,
      button("forward", "One step on (.)", () => player.step(1)),
      this.time, this.scrub, this.speed.node);

    this.mode = segments("View", MODES, (value) => player.setMode(value));
    this.ghost = el("button", { type: "button", class: "sp-chipbutton", "aria-label": "Ghosts: earlier poses (G)",
      title: "Earlier poses of each robot (G)", onclick: () => player.setGhosts(!player.ghosts) }, "Ghosts");
    this.help = el("button", { type: "button", class: "sp-button", "aria-label": "Keys (?)", title: "Keys (?)",
      onclick: () => player.setHelp(!player.help) }, "?");
    this.view = el("div", { class: "sp-view" }, this.mode.node, this.ghost,
      button("home", "Reset the camera (0, or double-click)", () => player.resetCamera()), this.help);
  }

  show(player) {
    const label = player.playing ? "Pause (space)" : "Play (space)";
    this.play.replaceChildren(icon(player.playing ? GLYPH.pause : GLYPH.play));
    this.play.setAttribute("aria-label", label);
    this.play.title = label;
    this.speed.show(player.speed);
    this.mode.show(player.mode);
    this.ghost.setAttribute("aria-pressed", String(player.ghosts));
    this.help.setAttribute("aria-expanded", String(player.help));
  }

  setReplay(replay) {
    this.mode.node.hidden = replay.tracks.length < 2; // one robot has nobody to race
    this.scrub.max = replay.numFrames - 1;
    this.total.textContent = ` / ${seconds(replay.duration)}`;
  }

  showTime(time, frame, replay) {
    const text = seconds(time);
    if (text !== this.now.textContent) {
      this.now.textContent = text;
      this.scrub.setAttribute("aria-valuetext", `${text} of ${seconds(replay.duration)}`);
    }
    this.scrub.value = Math.round(frame);
    this.scrub.style.setProperty("--done", `${(100 * frame) / Math.max(1, replay.numFrames - 1)}%`);
  }
}
