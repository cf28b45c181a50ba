import { useEffect, useRef } from "preact/hooks";
import type { EntityKey } from "../../src/core/entity.ts";
import { html, type VNode } from "../html.ts";
import { familyOf, intensity } from "../pheromones.ts";
import { store } from "../store.ts";
import type { Branch } from "../tree.ts";

const HEIGHT_PX = 180;
const CELL_PX = { least: 3, most: 18 } as const;
/** Of the ring around a process that was deposited on. */
const PULSE_MS = 1400;
const MAX_PULSES = 400;

interface Props {
  /** In the order of the walk, so that families lie side by side. */
  readonly all: readonly Branch[];
  readonly chosen: EntityKey;
  onChoose(key: EntityKey): void;
}

interface Pulse {
  readonly at: number;
  readonly sinceMs: number;
  readonly colour: string;
}

/** Every process as one cell, its heat as colour, deposits as rings: the whole host in one look. The tree below tells the same in words. */
export function FieldMap({ all, chosen, onChoose }: Props): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef({ all, chosen });
  latest.current = { all, chosen };
  useEffect(() => {
    const { current } = canvas;
    return current === null ? undefined : animate(current, () => latest.current);
  }, []);
  const choose = (event: MouseEvent): void => {
    const { current } = canvas;
    const key = current === null ? undefined : cellAt(current, all, event);
    if (key !== undefined) onChoose(key);
  };
  return html`<canvas
    ref=${canvas}
    class="field-map"
    height=${HEIGHT_PX}
    aria-hidden="true"
    onClick=${choose}
  ></canvas>`;
}

/** Draws when something has changed, and at every picture while rings fade. */
function animate(canvas: HTMLCanvasElement, current: () => Pick<Props, "all" | "chosen">): () => void {
  let pulses: Pulse[] = [];
  let asked = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const draw = (): void => {
    asked = 0;
    const { all, chosen } = current();
    const colours = coloursOf(canvas);
    const index = new Map(all.map(({ row }, at) => [row.key, at]));
    for (const { entity, pheromone } of store.fresh.splice(0)) {
      const at = index.get(entity);
      if (at !== undefined && !still.matches)
        pulses.push({ at, sinceMs: performance.now(), colour: colours(familyOf(pheromone)) });
    }
    pulses = pulses.filter(({ sinceMs }) => performance.now() - sinceMs < PULSE_MS).slice(-MAX_PULSES);
    paint(canvas, all, chosen, pulses, colours);
    if (pulses.length > 0) ask();
  };
  const ask = (): void => {
    if (asked === 0) asked = requestAnimationFrame(draw);
  };
  const end = store.subscribe(ask);
  const fit = new ResizeObserver(ask);
  fit.observe(canvas);
  ask();
  return () => {
    end();
    fit.disconnect();
    cancelAnimationFrame(asked);
  };
}

type Colours = (name: string) => string;

function coloursOf(canvas: HTMLCanvasElement): Colours {
  const style = getComputedStyle(canvas);
  const known = new Map<string, string>();
  return (name) => {
    const colour = known.get(name) ?? style.getPropertyValue(`--${name}`).trim();
    known.set(name, colour);
    return colour;
  };
}

/** Side of a cell, its gap included, and how many stand side by side. */
function gridOf(canvas: HTMLCanvasElement, count: number): { readonly side: number; readonly columns: number } {
  const width = Math.max(1, canvas.clientWidth);
  const fits = Math.floor(Math.sqrt((width * HEIGHT_PX) / Math.max(1, count)));
  let side = Math.max(CELL_PX.least, Math.min(CELL_PX.most, fits));
  while (side > CELL_PX.least && Math.ceil(count / Math.floor(width / side)) * side > HEIGHT_PX) side--;
  return { side, columns: Math.max(1, Math.floor(width / side)) };
}

function paint(
  canvas: HTMLCanvasElement,
  all: readonly Branch[],
  chosen: EntityKey,
  pulses: readonly Pulse[],
  colours: Colours,
): void {
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(HEIGHT_PX * scale)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { side, columns } = gridOf(canvas, all.length);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, HEIGHT_PX);
  const gap = side > 5 ? 2 : 1;
  const place = (at: number): readonly [number, number] => [(at % columns) * side, Math.floor(at / columns) * side];
  context.fillStyle = colours("cell");
  for (let at = 0; at < all.length; at++) {
    const [x, y] = place(at);
    context.fillRect(x, y, side - gap, side - gap);
  }
  all.forEach(({ row }, at) => {
    const heat = store.heat.get(row.key) ?? store.heat.get(`w:${row.cgroup}`);
    if (heat === undefined && row.key !== chosen) return;
    const [x, y] = place(at);
    if (heat !== undefined) {
      context.globalAlpha = 0.35 + 0.65 * intensity(heat.concentration);
      context.fillStyle = colours(familyOf(heat.pheromone));
      context.fillRect(x, y, side - gap, side - gap);
      context.globalAlpha = 1;
    }
    if (row.key !== chosen) return;
    context.strokeStyle = colours("text");
    context.lineWidth = 2;
    context.strokeRect(x - 1, y - 1, side - gap + 2, side - gap + 2);
  });
  const nowMs = performance.now();
  for (const { at, sinceMs, colour } of pulses) {
    const age = (nowMs - sinceMs) / PULSE_MS;
    const [x, y] = place(at);
    context.globalAlpha = 1 - age;
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(x + (side - gap) / 2, y + (side - gap) / 2, side / 2 + age * 14, 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}

function cellAt(canvas: HTMLCanvasElement, all: readonly Branch[], event: MouseEvent): EntityKey | undefined {
  const { side, columns } = gridOf(canvas, all.length);
  const at = Math.floor(event.offsetY / side) * columns + Math.floor(event.offsetX / side);
  return all[at]?.row.key;
}
