// What one can do on a panel besides picking: draw a lasso, move the pin, drop a ball. Each tool works by
// pointer and by keyboard, says what it does, and acts once.

const [STEP, FINE_STEP] = [14, 3]; // pixels per arrow key, and with Shift
const VERTEX_GAP = 4; // pixels between two vertices of a lasso
const MAX_VERTICES = 64;
const SMALLEST = 150; // square pixels: less was no lasso but a slip
const SLIP = 4; // pixels: a pin moved by less was only touched
const [FIRST_RADIUS, GROWTH] = [44, 1.2]; // of the keyboard's lasso

export const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// As Python shortens it: an outline that comes back unchanged is not drawn again.
const short = (number) => Number(number.toPrecision(6));

const moved = ([x, y], [dx, dy], fine) => [x + dx * (fine ? FINE_STEP : STEP), y + dy * (fine ? FINE_STEP : STEP)];

function area(pixels) {
  return Math.abs(pixels.reduce((sum, [x, y], i) => {
    const [u, w] = pixels[(i + 1) % pixels.length];
    return sum + x * w - u * y;
  }, 0)) / 2;
}

function thinned(pixels) {
  const every = Math.max(1, Math.ceil(pixels.length / MAX_VERTICES));
  return pixels.filter((_, i) => i % every === 0);
}

/**
 * Draws round policies: freehand with the pointer, a circle with the keys.
 * `host` has overlay, cursor() (a pixel to begin at), rows(polygon) inside, say(text), done(event).
 */
export class Lasso {
  constructor(host, group) {
    Object.assign(this, { host, group, name: group, radius: FIRST_RADIUS });
    this.hint = `Lasso of ${group}: draw round policies, or move a circle with the arrow keys, size it with plus and minus, close it with Enter.`;
  }

  drag(pixel) {
    this.pixels = [pixel];
    return {
      follow: this.#follow, move: () => this.host.overlay.sketch(this.pixels, true),
      end: (last) => this.#close([...this.pixels, last]), cancel: () => this.host.done(null),
    };
  }

  #follow = (pixel) => {
    const [x, y] = this.pixels.at(-1);
    if (Math.hypot(pixel[0] - x, pixel[1] - y) >= VERTEX_GAP) this.pixels.push(pixel);
  };

  key({ key, shiftKey }) {
    this.centre ??= this.host.cursor();
    if (key in DIRECTIONS) this.centre = moved(this.centre, DIRECTIONS[key], shiftKey);
    else if (key === "Enter") return this.#close(this.#circle()), true;
    else if ("+=".includes(key)) this.radius *= GROWTH;
    else if (key === "-") this.radius /= GROWTH;
    else return false;
    this.host.overlay.sketch(this.#circle(), true);
    this.host.say(`${this.host.rows(this.#polygon(this.#circle())).length} policies inside`);
    return true;
  }

  #circle() {
    return Array.from({ length: 32 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 32;
      return [this.centre[0] + this.radius * Math.cos(angle), this.centre[1] + this.radius * Math.sin(angle)];
    });
  }

  #polygon(pixels) {
    return thinned(pixels).map((pixel) => this.host.overlay.place(pixel).map(short));
  }

  #close(pixels) {
    this.host.overlay.sketch(null);
    if (pixels.length < 3 || area(pixels) < SMALLEST) return this.host.done(null);
    this.host.done("lasso", { group: this.group, polygon: this.#polygon(pixels) });
  }

  cancel() {
    this.host.overlay.sketch(null);
    this.pixels = null;
  }
}

/**
 * Moves the pin and shows who lives nearest; one event when it is let go.
 * `host` also has preview(pixel), which shows and says who.
 */
export class Pin {
  constructor(host, mark) {
    const from = host.overlay.markAt(mark);
    Object.assign(this, { host, mark, from, name: "pin", pixel: host.overlay.pixel(from) });
    this.hint = "Pin taken: move it with the arrow keys, with Shift in small steps; Enter drops it, Escape lets it go back.";
  }

  /** Whether the mark stands where it was taken from; then it is led on to where the hand is. */
  stays() {
    const now = this.host.overlay.markAt(this.mark);
    if (!now || now[0] !== this.from[0] || now[1] !== this.from[1]) return false;
    this.host.overlay.lead(this.mark, this.host.overlay.place(this.pixel));
    return true;
  }

  drag() {
    const [x, y] = this.pixel;
    const led = ([u, w]) => Math.hypot(u - x, w - y) > SLIP;
    return { move: this.#lead, end: (pixel) => (led(pixel) ? this.#drop(pixel) : this.host.done(null)), cancel: () => this.host.done(null) };
  }

  #lead = (pixel) => {
    this.pixel = pixel;
    this.host.overlay.lead(this.mark, this.host.overlay.place(pixel));
    this.host.preview(pixel);
  };

  key({ key, shiftKey }) {
    if (key in DIRECTIONS) {
      this.#lead(moved(this.pixel, DIRECTIONS[key], shiftKey));
      this.host.say(this.host.preview(this.pixel));
    } else if (key === "Enter") this.#drop(this.pixel);
    else return false;
    return true;
  }

  #drop(pixel) {
    const [x, y] = this.host.overlay.place(pixel);
    this.host.done("drop", { x, y });
  }

  cancel() {
    this.host.overlay.release();
  }
}

/** Drops a ball where one clicks, or with Enter on the policy at the cursor. */
export class BallDrop {
  constructor(host) {
    Object.assign(this, { host, name: "ball" });
    this.hint = "Drop a ball: click a place, or press Enter at the cursor.";
  }

  click(pixel) {
    const [x, y] = this.host.overlay.place(pixel);
    this.host.done("ball", { x, y });
  }

  key({ key }) {
    if (key !== "Enter") return false;
    this.click(this.host.cursor());
    return true;
  }

  cancel() {}
}
