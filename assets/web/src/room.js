// The room robots need: how far apart they are set up, and what the camera must show.

import { Vector3 } from "three";

import { clamp } from "./dom.js";

const SPACING = { least: 1.2, most: 1.8, step: 0.2, air: 0.4 }; // metres between two lanes or pads
const STAGGER = 0.8; // metres by which tall robots on a treadmill stand one before the other
const LABEL_ROOM = 0.3; // metres above robots that share a picture, for their names
const TALLEST = 2.4; // metres above the floor that the camera makes room for
const RACE_VIEW = 4.5; // metres ahead and behind that the race camera opens up for
const RACE_LOST = 8; // metres beyond which it has closed in again; the label keeps the distance

/** Metres between two robots' middles, in steps, so that another replay seldom moves them. */
export function spacing(tracks, roams) {
  const reach = (axis) => Math.max(...tracks.map(({ extent: { low, high } }) => Math.max(-low[axis], high[axis])));
  const needed = 2 * (roams ? Math.max(reach(0), reach(1)) : reach(1)) + SPACING.air;
  const stepped = Math.ceil(needed / SPACING.step) * SPACING.step;
  return roams ? stepped : clamp(stepped, SPACING.least, SPACING.most);
}

/** Robots taller than long would hide each other, and their names: they are set off along x. */
export const stagger = ({ low, high }) => (high[2] - low[2] > high[0] - low[0] ? STAGGER : 0);

/** Equal panels for so many views, in pixels from the upper left: in a row, a square or a column. */
export function panels(count, width, height) {
  const wanted = 1.2; // width of a panel that suits a robot, in heights
  const size = (columns) => Math.min(width / columns / wanted, height / Math.ceil(count / columns));
  const choices = [count, 1, Math.sqrt(count)].filter(Number.isInteger);
  const columns = choices.reduce((best, other) => (size(other) > size(best) ? other : best));
  const [w, h] = [width / columns, height / Math.ceil(count / columns)];
  return Array.from({ length: count }, (_, i) =>
    ({ x: (i % columns) * w, y: Math.floor(i / columns) * h, width: w, height: h }));
}

/** How much of a robot's lead the camera opens up for: all of it in view, none once lost from it. */
const raceWeight = (distance) => clamp((RACE_LOST - distance) / (RACE_LOST - RACE_VIEW), 0, 1);

/** The corners of a robot's box where it is drawn. */
export const ownCorners = (robot) => boxes([robot], 0);

/** The corners of all robots' boxes and room for their names; those lost from a race are left out. */
export const corners = (robots) => boxes(robots, LABEL_ROOM);

function boxes(robots, labelRoom) {
  const points = [];
  for (const { middle, dx, dy, extent: { low, high, top } } of robots) {
    const weight = raceWeight(Math.hypot(dx, dy));
    const [x, y] = [middle.x + dx * weight, middle.y + dy * weight];
    for (const z of [0, Math.min(top, TALLEST) + labelRoom]) {
      for (const px of [x + low[0], x + high[0]]) {
        for (const py of [y + low[1], y + high[1]]) points.push(new Vector3(px, py, z));
      }
    }
  }
  return points;
}
