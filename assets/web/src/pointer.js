// The pointer over a panel: hover, click, and the drags that a tool wants; all else is plotly's.

const CLICK_SLOP = 5; // pixels a click may wander
const CLICK_PAUSE = 300; // ms in which a second click is the same double click

export class Pointer {
  /**
   * `hover(pixel)`, `leave()`, `press()` and `click(pixel, kind)` are told what happens; `grab(pixel,
   * kind)` may return a drag {move, end, cancel} to take the pointer over until it is released. `move`
   * comes once a frame; a drag that needs the whole way, however slow the frames, has `follow` too.
   */
  constructor(node, signal, heard) {
    Object.assign(this, { node, heard, down: null, drag: null });
    const on = (target, name, act, more) => target.addEventListener(name, act, { capture: true, signal, ...more });
    on(node, "pointerdown", (event) => this.#press(event));
    // What a tool has grabbed is kept from plotly, which would pan.
    for (const name of ["mousedown", "touchstart"]) {
      on(node, name, (event) => this.drag && event.stopImmediatePropagation(), { passive: true });
    }
    // Heard on the window: plotly lays a cover over the page while a button is down.
    on(window, "pointermove", (event) => this.#move(event));
    on(window, "pointerup", (event) => this.#release(event));
    on(window, "pointercancel", () => this.forget());
    on(node, "pointerleave", () => {
      this.at = null;
      if (!this.drag) heard.leave();
    });
  }

  /** The press under way is no click and no drag, say because a second finger came. */
  forget() {
    this.down = null;
    this.drag?.cancel();
    this.drag = null;
  }

  #local(event) {
    const box = this.node.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #press(event) {
    this.forget();
    if (!event.isPrimary) return;
    this.down = event;
    this.heard.press();
    this.drag = event.button === 0 ? this.heard.grab(this.#local(event), event.pointerType) : null;
  }

  #move(event) {
    const mine = this.drag ? event.pointerId === this.down.pointerId : this.node.contains(event.target);
    if (!mine || (!this.drag && (event.buttons || event.pointerType === "touch"))) return;
    this.at = this.#local(event);
    if (this.drag?.follow) for (const each of event.getCoalescedEvents?.() ?? [event]) this.drag.follow(this.#local(each));
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.at) (this.drag ? this.drag.move : this.heard.hover)(this.at);
    });
  }

  #release(event) {
    const { down, drag } = this;
    if (!down || event.pointerId !== down.pointerId) return;
    this.down = this.drag = null;
    if (drag) return drag.end(this.#local(event));
    const wandered = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > CLICK_SLOP;
    const again = event.timeStamp - (this.clicked ?? -Infinity) < CLICK_PAUSE;
    if (event.button !== 0 || wandered || again) return;
    this.clicked = event.timeStamp;
    this.heard.click(this.#local(event), event.pointerType);
  }
}
