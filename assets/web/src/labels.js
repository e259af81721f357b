// Name and live speed over each robot, kept inside the frame and apart from each other.

import { clamp, el } from "./dom.js";
import { ROLE } from "./theme.js";
import { hasFallen, isFixed, velocityAt } from "./payload.js";

const GAP = 6;
const EDGE = 8;
const BAR_HEIGHT = 48; // pixels in the upper right that the view's buttons take
/** Pixels at the top of a small picture that buttons and a name take. */
export const HEAD_HEIGHT = BAR_HEIGHT + 36;
const LEVEL = 0.05; // metres; closer than this, nobody is ahead

const tidy = (value) => value.toFixed(1).replace(/^-0\.0$/, "0.0").replace("-", "−");

/** What a robot is doing: its speed along x, or its velocity where y counts too; that it fell; nothing, if it cannot move. */
function motion({ robot: { track, roams }, fixed }, frame, dt) {
  if (fixed) return "";
  if (hasFallen(track, frame)) return `fell at ${(track.num_steps * dt).toFixed(1)} s`;
  const [x, y] = (track.velocity?.() ?? velocityAt(track, frame, dt)).map(tidy);
  return roams ? `x ${x} · y ${y} m/s` : `${x} m/s`;
}

/** Where a robot is, seen from the leader. */
function whereabouts({ root, roams }, leader) {
  const [x, y] = [root.x - leader.root.x, root.y - leader.root.y];
  if (roams) return `${Math.hypot(x, y).toFixed(1)} m away`;
  return Math.abs(x) < LEVEL ? "level" : `${Math.abs(x).toFixed(1)} m ${x < 0 ? "behind" : "ahead"}`;
}

/** Its own name or else the role's; who has no role of its own goes by what it is called. */
const nameOf = ({ name, role, label }) => name || (role === "other" && label ? label : ROLE[role].name);

export class Labels {
  constructor() {
    this.node = el("div", { class: "sp-labels", "aria-hidden": "true" });
    this.rows = [];
  }

  setRobots(robots, theme) {
    this.rows = robots.map((robot) => {
      const speed = el("span", { class: "sp-speed" });
      const place = el("span", { class: "sp-place" });
      const node = el("div", { class: "sp-label" }, el("i"), el("b", {}, nameOf(robot.track)), speed, place);
      node.style.setProperty("--role", theme.of(robot.track));
      node.title = robot.track.label;
      return { robot, node, speed, place, texts: null, fixed: isFixed(robot.track) };
    });
    this.node.replaceChildren(...this.rows.map((row) => row.node));
  }

  /**
   * `locate(robot)` gives the pixel above the robot and the panel it is in; `leader` is whom the race
   * follows, and `barLeft` the pixel where the view's buttons begin.
   */
  draw({ frame, dt, racing, leader, barLeft, locate }) {
    const placed = [];
    for (const row of this.rows) {
      const speed = motion(row, frame, dt);
      const place = racing && row.robot !== leader ? whereabouts(row.robot, leader) : "";
      if (row.texts !== speed + place) {
        row.speed.textContent = speed;
        row.place.textContent = place;
        row.texts = speed + place;
        row.node.classList.toggle("sp-fell", hasFallen(row.robot.track, frame));
        row.width = row.node.offsetWidth;
        row.height = row.node.offsetHeight;
      }
      const { panel, x: atX, y: atY } = locate(row.robot);
      // Out of sight to one side, the label waits at that edge and says how far away its robot is.
      const [left, right] = [panel.x + EDGE + row.width / 2, panel.x + panel.width - EDGE - row.width / 2];
      const x = clamp(atX, left, right);
      const underBar = panel.y === 0 && x + row.width / 2 >= barLeft - GAP;
      const top = panel.y + row.height + (underBar ? BAR_HEIGHT : EDGE);
      placed.push({ row, x, y: clamp(atY, top, panel.y + panel.height - EDGE), top });
    }
    placed.sort((a, b) => b.y - a.y);
    placed.forEach((label, i) => {
      for (const other of placed.slice(0, i)) {
        const overlapX = Math.abs(label.x - other.x) < (label.row.width + other.row.width) / 2 + GAP;
        const overlapY = Math.abs(label.y - other.y) < label.row.height + GAP;
        if (!(overlapX && overlapY)) continue;
        const above = other.y - label.row.height - GAP;
        label.y = above >= label.top ? above : other.y + other.row.height + GAP; // not under the buttons
      }
      const { row, x, y } = label;
      row.node.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -100%)`;
    });
  }
}
