// Mountain Car in the browser: the same dynamics as backend/envs/mountain_car.py, and its picture.

export const LOW = [-1.2, -0.07];
export const HIGH = [0.6, 0.07];
const [HORIZON, GOAL, POWER, GRAVITY] = [999, 0.45, 0.0015, 0.0025];

export const height = (x) => Math.sin(3 * x) * 0.45 + 0.55;

/** Position and velocity of every step of an episode, x, v after x, v; until the flag or the end. */
export function drive(policy, position) {
  const path = [position, 0];
  for (let step = 0, x = position, v = 0; step < HORIZON; step++) {
    const force = Math.min(1, Math.max(-1, policy.act([x, v])[0]));
    v = Math.min(HIGH[1], Math.max(LOW[1], v + force * POWER - GRAVITY * Math.cos(3 * x)));
    x = Math.min(HIGH[0], Math.max(LOW[0], x + v));
    if (x === LOW[0] && v < 0) v = 0;
    path.push(x, v);
    if (x >= GOAL && v >= 0) break;
  }
  return path;
}

/** The hill, its flag, and a car at x. */
export function drawHill(g, width, heightPx, x, theme, colour) {
  const [left, right] = [LOW[0] - 0.06, HIGH[0] + 0.06];
  const px = (at) => ((at - left) / (right - left)) * width;
  const py = (at) => heightPx - 8 - (height(at) / 1.12) * (heightPx - 30);
  g.clearRect(0, 0, width, heightPx);
  g.beginPath();
  g.moveTo(0, heightPx);
  for (let i = 0; i <= 80; i++) g.lineTo((i / 80) * width, py(left + (i / 80) * (right - left)));
  g.lineTo(width, heightPx);
  g.closePath();
  g.fillStyle = theme.secondary;
  g.fill();
  g.strokeStyle = theme.text;
  g.globalAlpha = 0.55;
  g.lineWidth = 1.5;
  g.stroke();
  g.globalAlpha = 1;
  g.fillStyle = theme.text;
  g.fillRect(px(GOAL) - 0.75, py(GOAL) - 24, 1.5, 24);
  g.fillStyle = "#2a9d74";
  g.beginPath();
  g.moveTo(px(GOAL) + 1, py(GOAL) - 24);
  g.lineTo(px(GOAL) + 14, py(GOAL) - 19);
  g.lineTo(px(GOAL) + 1, py(GOAL) - 14);
  g.fill();
  const slope = Math.atan2(py(x + 0.01) - py(x - 0.01), px(x + 0.01) - px(x - 0.01));
  g.save();
  g.translate(px(x), py(x));
  g.rotate(slope);
  g.fillStyle = colour;
  g.beginPath();
  g.roundRect(-13, -15, 26, 9, 4);
  g.roundRect(-7, -20, 14, 7, 3);
  g.fill();
  g.fillStyle = theme.text;
  for (const wheel of [-7, 7]) {
    g.beginPath();
    g.arc(wheel, -4, 4, 0, 7);
    g.fill();
  }
  g.restore();
}
