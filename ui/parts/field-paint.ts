import type { EntityKey } from "../../src/core/entity.ts";
import { familyOf, intensity } from "../pheromones.ts";
import type { Heat } from "../store.ts";
import type { Branch } from "../tree.ts";

export const MOST_HEIGHT_PX = 180;
const CELL_PX = { least: 3, most: 22 } as const;
/** Of the ring around a process that was deposited on. */
export const PULSE_MS = 1400;

export interface Pulse {
  /** Place of the process in the walk. */
  readonly at: number;
  readonly sinceMs: number;
  readonly colour: string;
}

export interface Grid {
  /** Of a cell, its gap included. */
  readonly side: number;
  readonly columns: number;
  readonly height: number;
}

export type Colours = (name: string) => string;

/** The largest cells with which all find room. */
export function gridOf(width: number, count: number): Grid {
  const columnsFor = (side: number): number => Math.max(1, Math.floor(width / side));
  const heightFor = (side: number): number => Math.ceil(count / columnsFor(side)) * side;
  let side: number = CELL_PX.most;
  while (side > CELL_PX.least && heightFor(side) > MOST_HEIGHT_PX) side--;
  return { side, columns: columnsFor(side), height: Math.max(side, Math.min(MOST_HEIGHT_PX, heightFor(side))) };
}

function placeOf({ side, columns }: Grid, at: number): readonly [x: number, y: number] {
  return [(at % columns) * side, Math.floor(at / columns) * side];
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Every process as a cell, coloured by its own heat, paler by that of its group. */
export function paintCells(
  context: Context,
  grid: Grid,
  all: readonly Branch[],
  heat: ReadonlyMap<EntityKey, Heat>,
  colours: Colours,
): void {
  const size = grid.side - (grid.side > 5 ? 2 : 1);
  paintCold(context, grid, all.length, size, colours("cell"));
  const groups = new Set([...heat.keys()].filter((key) => key.startsWith("w:")).map((key) => key.slice(2)));
  all.forEach(({ row }, at) => {
    const own = heat.get(row.key);
    const felt = own ?? (groups.has(row.cgroup) ? heat.get(`w:${row.cgroup}`) : undefined);
    if (felt === undefined) return;
    context.globalAlpha = (own === undefined ? 0.5 : 1) * (0.3 + 0.7 * intensity(felt.concentration));
    context.fillStyle = colours(familyOf(felt.pheromone));
    context.fillRect(...placeOf(grid, at), size, size);
  });
  context.globalAlpha = 1;
}

/** All alike, by a pattern: ten thousand by one are as many strokes of the brush, ten times as long as all the rest. */
function paintCold(context: Context, { side, columns }: Grid, count: number, size: number, colour: string): void {
  const tile = new OffscreenCanvas(side, side);
  const brush = tile.getContext("2d");
  if (brush === null) return;
  brush.fillStyle = colour;
  brush.fillRect(0, 0, size, size);
  const pattern = context.createPattern(tile, "repeat");
  if (pattern === null) return;
  context.imageSmoothingEnabled = false;
  context.fillStyle = pattern;
  const full = Math.floor(count / columns);
  context.fillRect(0, 0, columns * side, full * side);
  context.fillRect(0, full * side, (count % columns) * side, side);
}

export function paintChosen(context: Context, grid: Grid, at: number, colours: Colours): void {
  const [x, y] = placeOf(grid, at);
  context.strokeStyle = colours("text");
  context.lineWidth = 2;
  context.strokeRect(x, y, grid.side - 1, grid.side - 1);
}

export function paintPulses(context: Context, grid: Grid, pulses: readonly Pulse[], nowMs: number): void {
  const half = (grid.side - 1) / 2;
  context.lineWidth = 1.5;
  for (const { at, sinceMs, colour } of pulses) {
    const age = Math.max(0, Math.min(1, (nowMs - sinceMs) / PULSE_MS));
    const [x, y] = placeOf(grid, at);
    context.globalAlpha = 1 - age;
    context.strokeStyle = colour;
    context.beginPath();
    context.arc(x + half, y + half, half + age * 14, 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}
