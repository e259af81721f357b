// The scene: renderer, lights and ground. The sky is the page's own gradient behind a clear canvas,
// and the ground fades to nothing, so there is no horizon that could look hard or mismatch.

import {
  CanvasTexture, CircleGeometry, Color, DirectionalLight, Group, HemisphereLight, Mesh,
  MeshBasicMaterial, PCFShadowMap, PlaneGeometry, RepeatWrapping, Scene, ShadowMaterial,
  SRGBColorSpace, WebGLRenderer,
} from "three";

import { mix } from "./theme.js";

export const LANE_SPACING = 1.2;
const LANE_WIDTH = 1.04;
const LANE_LENGTH = 44;
const TILE = 5; // metres of one repeat of the lane's pattern
const GROUND_RADIUS = 26;
const LITE_PIXEL_RATIO = 0.9; // a software renderer pays for every pixel

/** Whether WebGL 2 is there, and whether the CPU draws it (then we draw less). */
export function probeWebGL() {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return { available: false, lite: true };
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return { available: true, lite: /swiftshader|llvmpipe|software|basic render/i.test(renderer) };
}

function texture(width, height, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  draw(canvas.getContext("2d"), width, height);
  return new CanvasTexture(canvas);
}

function lanePattern(colours, anisotropy) {
  const cell = 48;
  const [columns, rows] = [TILE * 2, 2]; // half-metre cells
  const map = texture(columns * cell, rows * cell, (g, width, height) => {
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) {
        g.fillStyle = (column + row) % 2 ? colours.laneOdd : colours.laneEven;
        g.fillRect(column * cell, row * cell, cell, cell);
      }
    }
    g.fillStyle = colours.line;
    g.fillRect(0, 0, 5, height); // one line each five metres
    g.fillRect(0, 0, width, 2);
    g.fillRect(0, height - 2, width, 2);
  });
  map.colorSpace = SRGBColorSpace;
  map.wrapS = RepeatWrapping;
  map.repeat.x = LANE_LENGTH / TILE;
  map.anisotropy = anisotropy;
  return map;
}

const fadeAlong = () => texture(256, 4, (g, width, height) => {
  const ramp = g.createLinearGradient(0, 0, width, 0);
  [[0, 0], [0.3, 1], [0.7, 1], [1, 0]].forEach(([at, v]) => ramp.addColorStop(at, `rgb(${[v, v, v].map((c) => c * 255)})`));
  g.fillStyle = ramp;
  g.fillRect(0, 0, width, height);
});

const fadeAround = () => texture(256, 256, (g, width, height) => {
  const ramp = g.createRadialGradient(width / 2, height / 2, 0, width / 2, height / 2, width / 2);
  [[0, 255], [0.18, 255], [0.5, 110], [0.8, 25], [1, 0]].forEach(([at, v]) => ramp.addColorStop(at, `rgb(${v}, ${v}, ${v})`));
  g.fillStyle = ramp;
  g.fillRect(0, 0, width, height);
});

/** Colours of floor and light for a page theme. */
function palette(theme) {
  return theme.dark
    ? { ground: "#182030", laneOdd: "#202a3b", laneEven: "#263245", line: "#44546d",
        sky: "#c9d8f0", bounce: "#2b3444", fill: 1.15, key: 2.3, shadow: 0.55 }
    : { ground: "#dde4ec", laneOdd: "#e9eef4", laneEven: "#f6f8fb", line: "#b9c5d3",
        sky: "#ffffff", bounce: "#b8c2cf", fill: 1.5, key: 2.1, shadow: 0.3 };
}

/** The sky as a CSS background; its lower end meets the ground's colour. */
export const skyGradient = (theme) =>
  theme.dark
    ? "linear-gradient(#0b0f17 0%, #141b28 45%, #1b2434 100%)"
    : "linear-gradient(#c9d9ea 0%, #e6edf4 45%, #eef2f6 100%)";

export class Stage {
  constructor(canvas, lite) {
    this.lite = lite;
    this.renderer = new WebGLRenderer({ canvas, antialias: !lite, alpha: true });
    this.renderer.setClearAlpha(0);
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.pixelRatio = lite ? LITE_PIXEL_RATIO : Math.min(devicePixelRatio, 2);
    this.renderer.setPixelRatio(this.pixelRatio);
    this.scene = new Scene();
    this.#addLights();
    this.#addGround();
  }

  #addLights() {
    this.hemisphere = new HemisphereLight();
    this.hemisphere.position.set(0, 0, 1);
    this.key = new DirectionalLight();
    this.key.position.set(-2.2, -3, 6);
    this.key.castShadow = true;
    this.key.shadow.mapSize.setScalar(this.lite ? 512 : 2048);
    this.key.shadow.radius = 4;
    this.key.shadow.bias = -0.0004;
    this.key.shadow.normalBias = 0.02;
    this.rim = new DirectionalLight("#ffffff", 0.8);
    this.rim.position.set(2, 4, 2.5);
    this.scene.add(this.hemisphere, this.key, this.key.target, this.rim);
  }

  #addGround() {
    const disc = new CircleGeometry(GROUND_RADIUS, 64);
    this.ground = new Mesh(disc,
      new MeshBasicMaterial({ alphaMap: fadeAround(), transparent: true, depthWrite: false }));
    this.ground.position.z = -0.004;
    this.ground.renderOrder = -3;
    this.lanes = new Group();
    this.fade = fadeAlong();
    this.shade = new Mesh(new PlaneGeometry(1, 1), new ShadowMaterial({ depthWrite: false }));
    this.shade.receiveShadow = true;
    this.shade.position.z = 0.002;
    this.shade.renderOrder = -1;
    this.scene.add(this.ground, this.lanes, this.shade);
  }

  /** As many lanes as robots, centred on y = 0; returns their y, nearest the camera first. */
  setLanes(count) {
    const places = Array.from({ length: count }, (_, i) => (i - (count - 1) / 2) * LANE_SPACING);
    if (this.lanes.children.length !== count) {
      this.lanes.children.forEach((lane) => this.#disposeLane(lane));
      this.lanes.clear();
      for (const y of places) {
        const lane = new Mesh(new PlaneGeometry(LANE_LENGTH, LANE_WIDTH), new MeshBasicMaterial({
          alphaMap: this.fade, transparent: true, depthWrite: false }));
        lane.position.y = y;
        lane.renderOrder = -2;
        this.lanes.add(lane);
      }
      this.#paintLanes();
    }
    const half = (count * LANE_SPACING) / 2 + 1.6;
    this.shade.scale.set(2 * half + 2, 2 * half, 1); // no larger than the shadow map reaches
    Object.assign(this.key.shadow.camera,
      { left: -half - 1, right: half + 1, top: half, bottom: -half, near: 1, far: 14 });
    this.key.shadow.camera.updateProjectionMatrix();
    return places;
  }

  #disposeLane(lane) {
    lane.geometry.dispose();
    lane.material.map?.dispose();
    lane.material.dispose();
  }

  #paintLanes() {
    const anisotropy = Math.min(this.lite ? 2 : 16, this.renderer.capabilities.getMaxAnisotropy());
    for (const lane of this.lanes.children) {
      lane.material.map?.dispose();
      lane.material.map = lanePattern(this.colours, anisotropy); // its own offset, so its own map
      lane.material.needsUpdate = true;
    }
  }

  setTheme(theme) {
    const colours = (this.colours = palette(theme));
    this.ground.material.color = new Color(colours.ground);
    this.shade.material.color = new Color(theme.dark ? "#000000" : mix("#26344a", "#000000", 0.2));
    this.shade.material.opacity = colours.shadow;
    this.hemisphere.color.set(colours.sky);
    this.hemisphere.groundColor.set(colours.bounce);
    this.hemisphere.intensity = colours.fill;
    this.key.intensity = colours.key;
    this.#paintLanes();
  }

  /** Move a lane's pattern so that it stands still under a robot that has come to x. */
  scrollLane(index, x) {
    this.lanes.children[index].material.map.offset.x = (x / TILE) % 1;
  }

  resize(width, height) {
    this.renderer.setSize(width, height, false);
  }

  /** Fewer pixels, for a machine that cannot keep up. */
  coarsen() {
    if (this.pixelRatio <= 0.7) return;
    this.pixelRatio = Math.max(0.7, this.pixelRatio * 0.85);
    this.renderer.setPixelRatio(this.pixelRatio);
  }

  render(camera) {
    this.renderer.render(this.scene, camera);
  }

  dispose() {
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }
}
