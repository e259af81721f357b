// The kiosk: full screen, a tour of the manifold by itself, until somebody touches the map.

import { squares } from "./drive.js";
import { el } from "./dom.js";
import { row } from "./kit.js";

const STAY_SECONDS = 6; // at each policy of the tour
const IDLE_SECONDS = 25; // after the last touch the tour goes on
const REMEMBERED = 12; // policies that the tour keeps away from

export class Tour {
  /** `visit(row)` is called with the next policy of the tour; `onOpen(open)` when the kiosk opens or closes. While a hand lies on it the tour waits. */
  constructor(kit, root, { visit, onOpen }) {
    Object.assign(this, { kit, root, visit, onOpen, open: false, held: false, past: [], next: 0, touched: -Infinity });
    this.words = el("div", { class: "lv-invite", "aria-live": "polite" });
    this.button = el("button", { type: "button", class: "sp-chipbutton", title: "A full-window tour that goes on by itself (Esc leaves it)",
      "aria-pressed": "false", onclick: () => this.setOpen(!this.open) }, "Kiosk");
    this.listening = new AbortController();
    const early = { capture: true, signal: this.listening.signal };
    for (const kind of ["pointerdown", "pointermove"]) root.addEventListener(kind, (e) => this.#hand(e.buttons > 0), early);
    for (const kind of ["pointerup", "pointercancel"]) window.addEventListener(kind, (e) => this.#hand(e.buttons > 0), early); // wherever it is lifted
    root.addEventListener("wheel", () => this.#touch(), { ...early, passive: true });
    root.addEventListener("keydown", (e) => this.key(e), early);
  }

  #touch() { this.touched = performance.now(); }

  /** Idle time counts from when a hand was last seen on it, not from when it came. */
  #hand(held) {
    if (held || this.held) this.#touch();
    this.held = held;
  }

  key({ key }) {
    this.#touch();
    if (key === "Escape" && this.open) this.setOpen(false);
  }

  dispose() {
    this.listening.abort();
  }

  setOpen(open) {
    this.open = open;
    this.touched = -Infinity;
    this.next = 0;
    this.root.classList.toggle("lv-kiosk", open);
    this.button.setAttribute("aria-pressed", String(open));
    this.button.textContent = open ? "Leave" : "Kiosk";
    if (open) this.root.requestFullscreen?.().catch(() => {}); // not without a gesture; the window will do
    else if (document.fullscreenElement) document.exitFullscreen();
    this.onOpen(open);
  }

  get touring() { return this.open && !this.held && performance.now() - this.touched > IDLE_SECONDS * 1000; }

  /** Once a frame. */
  tick(now) {
    if (this.touring && now >= this.next) {
      this.next = now + STAY_SECONDS * 1000;
      this.#goOn();
    }
    const words = !this.open ? "" : this.touring ? "Every dot is a way of running. Touch the map and steer." : "You are steering. Let go, and the tour goes on.";
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  /** The policy farthest from those of late, of a few drawn by lot. */
  #goOn() {
    const { z } = this.kit.arrays;
    const drawn = Array.from({ length: 12 }, () => Math.floor(Math.random() * z.shape[0]));
    const apart = (i) => Math.min(Infinity, ...this.past.map((old) => squares({ data: row(z, i), shape: [1, z.shape[1]] }, row(z, old))[0]));
    const chosen = drawn.reduce((best, i) => (apart(i) > apart(best) ? i : best));
    this.past = [...this.past, chosen].slice(-REMEMBERED);
    this.visit(chosen);
  }
}
