// One objective's row: what is asked, its value, and the band that the others leave it.

import { clamp, el } from "./dom.js";
import { number } from "./hover.js";

const MODES = [["target", "= target"], ["at least", "≥ at least"], ["at most", "≤ at most"],
  ["hold", "⚓ hold"], ["free", "free"]];
const SIGN = { target: "=", "at least": "≥", "at most": "≤", hold: "=" };

const whole = (value) => number(Math.round(value));

let made = 0;

export class Row {
  /** `moved()` follows every change while dragging, `chosen()` what a person settles on; `waits()`: for an answer. */
  constructor({ moved, chosen, waits }) {
    Object.assign(this, { moved, chosen, waits });
    const id = `nv-about-${made++}`;
    this.title = el("span", { class: "nv-title" });
    this.about = el("span", { class: "nv-hidden", id });
    this.mode = el("select", { class: "nv-mode", onchange: () => this.#choose() },
      ...MODES.map(([value, text]) => el("option", { value }, text)));
    this.number = el("input", { type: "number", class: "nv-number", "aria-describedby": id, onchange: () => this.#type() });
    this.slider = el("input", { type: "range", class: "nv-slider", "aria-describedby": id,
      onpointerdown: () => { this.held = true; }, onpointerup: () => this.#letGo(), onpointercancel: () => this.#letGo(),
      oninput: () => this.#drag(), onchange: () => this.#letGo() });
    this.band = el("span", { class: "nv-band" });
    this.now = el("span", { class: "nv-now" });
    this.track = el("div", { class: "nv-track" }, el("span", { class: "nv-rail" }), this.band, this.now, this.slider);
    this.told = el("span", { class: "nv-told" });
    this.text = el("span", { class: "nv-text", title: "Measured returns of policies, and predicted ones of blends between neighbours, that keep all other aims" });
    this.node = el("div", { class: "nv-row", role: "group" }, this.about,
      el("div", { class: "nv-head" }, this.title, this.mode, this.number), this.track,
      el("div", { class: "nv-foot" }, this.text, this.told));
  }

  get aim() { return { mode: this.mode.value, value: this.value }; }

  /** What Python knows. What it asks is taken over where `counts`, and while nobody is at it. */
  show(view, counts) {
    this.name = view.name;
    this.view = view;
    const { low, high, step, title } = view;
    this.title.textContent = title;
    this.title.title = view.about;
    this.about.textContent = `${view.about} Attainable: ${number(low)} to ${number(high)}.`;
    this.node.setAttribute("aria-label", title);
    this.node.dataset.name = view.name;
    this.mode.setAttribute("aria-label", `${title}: what is asked`);
    for (const input of [this.slider, this.number]) {
      Object.assign(input, { min: low, max: high, step: input === this.slider ? step : 1 });
    }
    if (counts && !this.held) this.#take(view);
    this.slider.setAttribute("aria-label", title);
    this.number.setAttribute("aria-label", `${title}: value`);
    this.track.title = `${whole(low)} to ${whole(high)}`;
    this.now.hidden = view.now == null;
    if (view.now != null) {
      this.now.style.left = `${100 * this.#share(view.now)}%`;
    }
    this.told.textContent = view.now == null ? "" : `measured ${whole(view.now)} ± ${whole(view.spread)}`;
    this.told.title = `Mean ± sd over ${view.num} fresh episodes: the tick on the rail`;
    this.#dress();
  }

  /** The band in colour, or the sentence that there is none. */
  showBand(band) {
    this.node.dataset.band = band ? band.map((v) => v.toFixed(1)).join(" ") : "";
    this.band.hidden = !band;
    if (!band) {
      this.text.textContent = "nothing known does all the rest";
    } else {
      const { low: least, high: most } = this.view;
      const [low, high] = band.map((value) => 100 * this.#share(value));
      Object.assign(this.band.style, { left: `${low}%`, width: `${Math.max(high - low, 0.8)}%` });
      this.text.textContent = `in reach ${band.map((value) => whole(clamp(value, least, most))).join(" … ")}`;
    }
    const { mode, value } = this.aim;
    const out = band && ((mode !== "at most" && value > band[1]) || (mode !== "at least" && value < band[0]));
    this.node.classList.toggle("nv-out", mode !== "free" && (!band || out));
  }

  words(format) {
    const { mode, value } = this.aim;
    return mode === "free" ? `${this.view.title} free` : `${this.view.title} ${SIGN[mode]} ${format(value)}`;
  }

  #share(value) { return clamp((value - this.view.low) / (this.view.high - this.view.low), 0, 1); }

  /** What Python asks of this objective; a number that is being typed stays. */
  #take({ mode, value }) {
    const typing = this.number.matches(":focus") && this.number.value !== String(this.value);
    this.mode.value = mode;
    this.#set(value, typing);
    this.asked = value;
  }

  /** The value may lie between the steps of the handle, which is then drawn as near as it can be. */
  #set(value, typing = false) {
    this.value = value;
    this.slider.value = value;
    if (!typing) this.number.value = value;
  }

  #drag() {
    this.value = Number(this.slider.value);
    this.number.value = this.value;
    this.#dress();
    this.moved();
  }

  /** Let go where it was moved to; where it was not, what came meanwhile is shown. */
  #letGo() {
    if (!this.held && this.value === this.asked) return;
    this.held = false;
    if (this.value === this.asked) return this.show(this.view, !this.waits());
    this.#ask();
  }

  #ask() {
    this.asked = this.value;
    this.#dress();
    this.chosen();
  }

  #type() {
    const typed = Number(this.number.value);
    const { low, high, value } = this.view;
    const kept = this.number.value === "" || !Number.isFinite(typed) ? value : Math.round(clamp(typed, low, high));
    this.#set(kept);
    this.#ask();
  }

  #choose() {
    if (this.mode.value === "hold" && this.view.now != null) {
      this.#set(Math.round(clamp(this.view.now, this.view.low, this.view.high)));
    }
    this.#ask();
  }

  /** Free objectives and held ones cannot be moved; the handle's place is drawn by the sheet. */
  #dress() {
    const mode = this.mode.value;
    this.node.dataset.mode = mode;
    this.slider.disabled = this.number.disabled = mode === "free" || mode === "hold";
    this.node.style.setProperty("--at", `${100 * this.#share(this.value)}%`);
    this.slider.setAttribute("aria-valuetext", this.words(number));
  }
}
