// The ground: a disc that fades to nothing, and on it what makes motion visible. Robots on a course
// along x run on a lane each; those that go anywhere stand on a pad each, and race on a common field.

import {
  CanvasTexture, CircleGeometry, Color, Group, Mesh, MeshBasicMaterial, PlaneGeometry,
  RepeatWrapping, SRGBColorSpace,
} from "three";

const GAP = 0.16; // between two lanes or pads
const LANE_LENGTH = 44;
const FIELD_SIDE = 44;
const TILE = 5; // metres of one repeat of a pattern
const CELL = 48; // pixels of a half-metre cell
const GROUND_RADIUS = 26;

function texture(width, height, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  draw(canvas.getContext("2d"), width, height);
  return new CanvasTexture(canvas);
}

/** Half-metre cells with a line each five metres; `rows` of them, a whole tile for a pad. */
function pattern(colours, anisotropy, rows) {
  const columns = TILE * 2;
  const map = texture(columns * CELL, rows * CELL, (g, width, height) => {
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) {
        g.fillStyle = (column + row) % 2 ? colours.laneOdd : colours.laneEven;
        g.fillRect(column * CELL, row * CELL, CELL, CELL);
      }
    }
    g.fillStyle = colours.line;
    g.fillRect(0, 0, 5, height);
    if (rows === columns) return g.fillRect(0, height - 5, width, 5);
    g.fillRect(0, 0, width, 2);
    g.fillRect(0, height - 2, width, 2);
  });
  map.colorSpace = SRGBColorSpace;
  map.wrapS = map.wrapT = RepeatWrapping;
  map.anisotropy = anisotropy;
  return map;
}

function fade(width, height, ramp, stops) {
  return texture(width, height, (g) => {
    const gradient = ramp(g);
    for (const [at, value] of stops) gradient.addColorStop(at, `rgb(${value}, ${value}, ${value})`);
    g.fillStyle = gradient;
    g.fillRect(0, 0, width, height);
  });
}

const fadeAlong = () =>
  fade(256, 4, (g) => g.createLinearGradient(0, 0, 256, 0), [[0, 0], [0.3, 255], [0.7, 255], [1, 0]]);
const fadeAround = () =>
  fade(256, 256, (g) => g.createRadialGradient(128, 128, 0, 128, 128, 128),
    [[0, 255], [0.18, 255], [0.5, 110], [0.8, 25], [1, 0]]);
const fadeEdge = () =>
  texture(256, 256, (g, width, height) => {
    g.filter = "blur(7px)";
    g.fillStyle = "#fff";
    g.beginPath();
    g.roundRect(12, 12, width - 24, height - 24, 34);
    g.fill();
  });

const sheet = (width, height, alphaMap) => {
  const material = new MeshBasicMaterial({ alphaMap, transparent: true, depthWrite: false });
  return Object.assign(new Mesh(new PlaneGeometry(width, height), material), { width, height });
};

export class Ground {
  constructor(scene, anisotropy) {
    this.anisotropy = anisotropy;
    this.disc = new Mesh(new CircleGeometry(GROUND_RADIUS, 64),
      new MeshBasicMaterial({ alphaMap: fadeAround(), transparent: true, depthWrite: false }));
    this.disc.position.z = -0.004;
    this.disc.renderOrder = -3;
    this.fades = { lane: fadeAlong(), pad: fadeEdge() };
    this.sheets = new Group();
    this.field = sheet(FIELD_SIDE, FIELD_SIDE, fadeAround());
    this.field.position.z = -0.002;
    this.field.renderOrder = -2;
    this.field.visible = false;
    scene.add(this.disc, this.field, this.sheets);
  }

  /** A lane or a pad per robot, `spacing` metres apart; returns their middles, first one in front or right. */
  setCourse(count, roams, spacing) {
    const side = (i) => (i - (count - 1) / 2) * spacing;
    const middles = Array.from({ length: count }, (_, i) => (roams ? { x: -side(i), y: 0 } : { x: 0, y: side(i) }));
    const key = JSON.stringify([middles, roams]);
    if (key === this.key) return middles;
    Object.assign(this, { key, roams });
    for (const old of this.sheets.children) this.#dispose(old);
    this.sheets.clear();
    const width = spacing - GAP;
    for (const { x, y } of middles) {
      const mesh = roams ? sheet(width, width, this.fades.pad) : sheet(LANE_LENGTH, width, this.fades.lane);
      mesh.position.set(x, y, 0);
      mesh.renderOrder = -2;
      this.sheets.add(mesh);
    }
    this.#paint();
    return middles;
  }

  setTheme(colours) {
    this.colours = colours;
    this.disc.material.color = new Color(colours.ground);
    this.#paint();
  }

  #dispose(mesh) {
    mesh.geometry.dispose();
    mesh.material.map?.dispose();
    mesh.material.dispose();
  }

  #paint() {
    for (const mesh of [...this.sheets.children, this.field]) {
      mesh.material.map?.dispose();
      // Its own offset, so its own map.
      const map = (mesh.material.map = pattern(this.colours, this.anisotropy, this.roams ? 2 * TILE : 2));
      map.repeat.set(mesh.width / TILE, this.roams ? mesh.height / TILE : 1);
      mesh.material.needsUpdate = true;
    }
  }

  /** Move a lane's or pad's pattern so that it stands still under a robot that has come to (x, y). */
  scroll(index, x, y) {
    this.#scroll(this.sheets.children[index], x, y);
  }

  /** Whether a lane or pad is to be seen. */
  showLane(index, visible) {
    this.sheets.children[index].visible = visible;
  }

  /** From pads (0) to the common field (1), whose pattern stands still under a robot at (x, y). */
  setRacing(share, x, y) {
    if (!this.roams) return;
    this.field.visible = share > 0;
    this.field.material.opacity = share;
    this.sheets.visible = share < 1;
    for (const mesh of this.sheets.children) mesh.material.opacity = 1 - share;
    this.#scroll(this.field, x, y);
  }

  #scroll({ material, width, height }, x, y) {
    const phase = (at, size) => ((at - size / 2) / TILE) % 1;
    material.map.offset.set(phase(x, width), this.roams ? phase(y, height) : 0);
  }
}
