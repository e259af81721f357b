// A path, step by step (the solver's, or a walk): curves, and a scrub that plays any step.

import { clamp, el, icon, mountOnce, takeSlot } from "./dom.js";
import { number } from "./hover.js";
import { Plot } from "./plot.js";
import scrub from "./scrub.css";
import style from "./solver.css";
import { Told } from "./told.js";

const STOPS = 12; // places where a climb that is played pauses
const PAUSE_MS = 450; // at each of them, after the page has shown it
const GLYPH = { play: "M8 5v14l11-7z", pause: "M7 5h4v14H7zm6 0h4v14h-4z",
  first: "M6 6h2v12H6zm3.5 6 8.5 6V6z", back: "M15.4 7.4 14 6l-6 6 6 6 1.4-1.4L10.8 12z",
  on: "M10 6 8.6 7.4l4.6 4.6-4.6 4.6L10 18l6-6z", last: "m6 18 8.5-6L6 6zM16 6v12h2V6z" };

class Solver {
  constructor({ parentElement }) {
    const button = (glyph, label, to) => el("button", { type: "button", class: "sv-button", "aria-label": label, title: label,
      onclick: () => this.#choose(to()) }, icon(GLYPH[glyph]));
    this.play = el("button", { type: "button", class: "sv-button sv-play", onclick: () => (this.playing ? this.#stop() : this.#play()) });
    this.scrub = el("input", { type: "range", class: "sv-scrub scrub", min: 0, step: 1, "aria-label": "Step of the path",
      onpointerdown: () => { this.held = true; }, onpointerup: () => { this.held = false; }, onpointercancel: () => { this.held = false; },
      oninput: () => { this.#stop(); this.#show(Number(this.scrub.value)); }, onchange: () => this.#choose(Number(this.scrub.value)) });
    this.words = el("span", { class: "sv-words", "aria-live": "polite" });
    this.plots = el("div", { class: "sv-plots" });
    this.root = el("div", { class: "sv-root", role: "group", "aria-label": "The path, step by step" },
      el("div", { class: "sv-bar" },
        button("first", "To the start", () => 0), button("back", "One step back", () => this.at - 1), this.play,
        button("on", "One step on", () => this.at + 1), button("last", "To the answer", () => this.last),
        this.scrub, this.words),
      this.plots);
    takeSlot(parentElement, this.root, scrub + style);
    this.told = new Told();
    this.#stop();
  }

  update({ data: view, setTriggerValue }) {
    const before = this.view && this.view.num_steps === view.num_steps ? this.view.step : undefined; // else another path
    Object.assign(this, { view, send: setTriggerValue, last: view.num_steps });
    this.scrub.max = this.last;
    this.curves = view.curves.map((curve) => new Plot(curve, (step) => this.#choose(step)));
    this.plots.replaceChildren(...this.curves.map((plot) => plot.node));
    this.#show(this.told.answered(view.step, before) && !this.held ? view.step : this.at ?? view.step);
    if (this.playing) this.#waitAndGoOn();
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
  }

  #show(step) {
    this.at = clamp(step, 0, this.last);
    this.scrub.value = this.at;
    this.scrub.style.setProperty("--done", `${(100 * this.at) / Math.max(1, this.last)}%`);
    this.scrub.setAttribute("aria-valuetext", `step ${this.at} of ${this.last}`);
    const { first, last, between } = this.view.words;
    const where = this.at === this.last ? last : this.at === 0 ? first : between;
    this.words.textContent = `step ${this.at} of ${this.last}: ${where}`;
    this.curves.forEach((plot) => plot.cursor(this.at, this.last, number));
    this.root.dataset.step = this.at;
  }

  /** Watch it go: from here, or from the start when it has arrived, a few steps at a time. */
  #play() {
    this.#setPlaying(true);
    this.#settle(this.at === this.last ? 0 : this.#nextStop());
  }

  #stop() {
    clearTimeout(this.timer);
    this.#setPlaying(false);
  }

  #setPlaying(playing) {
    this.playing = playing;
    const label = playing ? "Stop here" : "Play the path";
    this.play.replaceChildren(icon(playing ? GLYPH.pause : GLYPH.play));
    this.play.setAttribute("aria-label", label);
    this.play.title = label;
  }

  #nextStop = () => Math.min(this.last, this.at + Math.max(1, Math.ceil(this.last / STOPS)));

  #waitAndGoOn() {
    clearTimeout(this.timer);
    if (this.at === this.last) this.#stop();
    else this.timer = setTimeout(() => this.#settle(this.#nextStop()), PAUSE_MS);
  }

  #choose(step) {
    this.#stop();
    this.#settle(step);
  }

  #settle(step) {
    this.#show(step);
    if (this.at === this.told.last(this.view.step)) return;
    this.told.say(this.at);
    this.send("step", this.at);
  }

  dispose() {
    this.#stop();
  }
}

export default mountOnce((component) => new Solver(component));
