// The scene: renderer, lights, shadows. The sky is the page's own gradient behind a clear canvas, and
// the ground fades to nothing, so there is no horizon that could look hard or mismatch.

import {
  Box3, Color, DirectionalLight, HemisphereLight, Mesh, PCFShadowMap, PlaneGeometry, Scene,
  ShadowMaterial, WebGLRenderer,
} from "three";

import { Ground } from "./ground.js";
import { mix } from "./theme.js";

const SHADOW_MARGIN = 1.6; // metres beyond the robots that a shadow may reach
const SHADOW_STEP = 0.5; // metres in which the lit area grows, so that it seldom changes
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
    this.renderer = new WebGLRenderer({ canvas, antialias: !lite, alpha: true, stencil: true });
    this.renderer.setClearAlpha(0);
    this.renderer.setScissorTest(true);
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
    const anisotropy = Math.min(this.lite ? 2 : 16, this.renderer.capabilities.getMaxAnisotropy());
    this.ground = new Ground(this.scene, anisotropy);
    this.shade = new Mesh(new PlaneGeometry(1, 1), new ShadowMaterial({ depthWrite: false }));
    this.shade.receiveShadow = true;
    this.shade.renderOrder = -1;
    this.scene.add(this.shade);
  }

  /** Let shadows fall around the robots' corners, and no further: the map's pixels are few. */
  cover(corners) {
    const { min, max } = new Box3().setFromPoints(corners);
    const near = (value) => Math.round(value / SHADOW_STEP) * SHADOW_STEP;
    const half = (axis) => near((max[axis] - min[axis]) / 2 + SHADOW_MARGIN);
    const [x, y] = ["x", "y"].map((axis) => near((min[axis] + max[axis]) / 2));
    const [across, along] = [half("x") + 1, half("y") + 0.5];
    const key = [x, y, across, along].join();
    if (key === this.covered) return;
    this.covered = key;
    this.shade.scale.set(2 * across, 2 * along, 1);
    this.shade.position.set(x, y, 0.002);
    this.key.target.position.set(x, y, 0);
    this.key.position.set(x - 2.2, y - 3, 6);
    Object.assign(this.key.shadow.camera,
      { left: -across, right: across, top: along, bottom: -along, near: 1, far: 14 });
    this.key.shadow.camera.updateProjectionMatrix();
  }

  setTheme(theme) {
    const colours = palette(theme);
    this.ground.setTheme(colours);
    this.shade.material.color = new Color(theme.dark ? "#000000" : mix("#26344a", "#000000", 0.2));
    this.shade.material.opacity = colours.shadow;
    this.hemisphere.color.set(colours.sky);
    this.hemisphere.groundColor.set(colours.bounce);
    this.hemisphere.intensity = colours.fill;
    this.key.intensity = colours.key;
  }

  resize(width, height) {
    this.height = height;
    this.renderer.setSize(width, height, false);
  }

  /** Fewer pixels, for a machine that cannot keep up. */
  coarsen() {
    if (this.pixelRatio <= 0.7) return;
    this.pixelRatio = Math.max(0.7, this.pixelRatio * 0.85);
    this.renderer.setPixelRatio(this.pixelRatio);
  }

  /** Draw into a panel of the canvas, in pixels from its upper left corner. */
  render(camera, { x, y, width, height }) {
    const bottom = this.height - y - height;
    this.renderer.setViewport(x, bottom, width, height);
    this.renderer.setScissor(x, bottom, width, height);
    this.renderer.render(this.scene, camera);
  }

  dispose() {
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }
}
