// Name and live speed over each robot, kept inside the frame and apart from each other.

import { clamp, el } from "./dom.js";
import { ROLE } from "./theme.js";
import { speedAt } from "./payload.js";

const GAP = 6;

export class Labels {
  constructor() {
    this.node = el("div", { class: "sp-labels", "aria-hidden": "true" });
    this.rows = [];
  }

  setRobots(robots, theme) {
    this.rows = robots.map((robot) => {
      const speed = el("span", { class: "sp-speed" });
      const place = el("span", { class: "sp-place" });
      const node = el("div", { class: "sp-label" }, el("i"), el("b", {}, ROLE[robot.track.role].name), speed, place);
      node.style.setProperty("--role", theme.role(robot.track.role));
      node.title = robot.track.label;
      return { robot, node, speed, place, texts: "" };
    });
    this.node.replaceChildren(...this.rows.map((row) => row.node));
  }

  /** `project(robot)` gives the pixel above the robot's back; `leader` is whom the race follows. */
  draw({ frame, dt, racing, leader, width, height, project }) {
    const placed = [];
    for (const row of this.rows) {
      const { track, root } = row.robot;
      const ahead = root.x - leader.root.x;
      const near = Math.abs(ahead) < 0.05;
      const distance = `${Math.abs(ahead).toFixed(1)} m ${ahead < 0 ? "behind" : "ahead"}`;
      const speed = `${speedAt(track, frame, dt).toFixed(1).replace("-", "−")} m/s`;
      const place = racing && row.robot !== leader ? (near ? "level" : distance) : "";
      if (row.texts !== speed + place) {
        row.speed.textContent = speed;
        row.place.textContent = place;
        row.texts = speed + place;
        row.width = row.node.offsetWidth;
        row.height = row.node.offsetHeight;
      }
      const at = project(row.robot);
      // Out of sight to one side, the label waits at that edge and says how far away its robot is.
      const x = clamp(at.x, row.width / 2 + 8, width - row.width / 2 - 8);
      const y = clamp(at.y, row.height + 48, height - 8);
      placed.push({ row, x, y });
    }
    placed.sort((a, b) => b.y - a.y);
    placed.forEach((label, i) => {
      for (const other of placed.slice(0, i)) {
        const overlapX = Math.abs(label.x - other.x) < (label.row.width + other.row.width) / 2 + GAP;
        const overlapY = Math.abs(label.y - other.y) < label.row.height + GAP;
        if (overlapX && overlapY) label.y = other.y - label.row.height - GAP;
      }
      const { row, x, y } = label;
      row.node.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -100%)`;
    });
  }
}
