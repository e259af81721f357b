// Who runs: one robot; a race of start, steered and nearest; or a crowd of equal returns.

import { squares } from "./drive.js";
import { row } from "./kit.js";

export const LINEUPS = [
  ["one", "One", "The robot that you steer"],
  ["race", "Race", "Start, steered and the nearest existing policy's latent"],
  ["crowd", "Crowd", "Six robots: yours, and five gaits that were measured to earn about the same"],
];
const CROWD = 6;
const BAND = 0.06; // of each return's range, within which returns are about the same
const COLOURS = ["#4f7fc2", "#1f8f7f", "#b07d2b", "#8a63c9", "#c24f8a"];

/** Robots beside the steered one: { label, role, colour, z }. */
export function besides(lineup, country, kit, z) {
  if (lineup === "race") return [
    { label: "Start", role: "start", z: row(kit.arrays.z, kit.first) },
    { label: "Nearest policy", role: "nearest", z: row(kit.arrays.z, nearest(kit, z)) },
  ];
  if (lineup === "crowd") return alike(country, kit, z).map((i, at) => ({ label: `Gait ${at + 2}`, role: "other", colour: COLOURS[at], z: row(kit.arrays.z, i) }));
  return [];
}

/** Row of the policy whose latent is nearest. */
export function nearest(kit, z) {
  const apart = squares(kit.arrays.z, z);
  return apart.indexOf(Math.min(...apart));
}

/** Rows of policies that measured about what the nearest policy did, as far apart in z as can be. */
function alike(country, kit, z) {
  const { returns, z: all } = kit.arrays;
  const own = row(returns, nearest(kit, z));
  const gap = (i) => Math.max(...country.ranges().map(({ extent }, k) => Math.abs(row(returns, i)[k] - own[k]) / extent));
  const order = Array.from({ length: returns.shape[0] }, (_, i) => i).sort((a, b) => gap(a) - gap(b));
  const near = order.filter((i, at) => gap(i) <= BAND || at < CROWD);
  const apart = squares(all, z);
  const chosen = [];
  while (chosen.length < CROWD - 1 && chosen.length < near.length) {
    const best = near.filter((i) => !chosen.includes(i)).reduce((a, b) => (apart[b] > apart[a] ? b : a));
    chosen.push(best);
    squares(all, row(all, best)).forEach((value, i) => (apart[i] = Math.min(apart[i], value)));
  }
  return chosen;
}
