import { useEffect, useRef } from "preact/hooks";
import type { EntityKey } from "../../src/core/entity.ts";
import { html, type VNode } from "../html.ts";
import { familyOf } from "../pheromones.ts";
import { store } from "../store.ts";
import type { Branch } from "../tree.ts";
import { type Colours, gridOf, paintCells, paintChosen, paintPulses, type Pulse, PULSE_MS } from "./field-paint.ts";

const MAX_PULSES = 400;

interface Props {
  /** In the order of the walk, so that families lie side by side. */
  readonly all: readonly Branch[];
  readonly chosen: EntityKey;
  onChoose(key: EntityKey): void;
}

type Latest = Pick<Props, "all" | "chosen">;

/** Every process as one cell, its heat as colour, deposits as rings: the whole host in one look. The tree tells the same in words. */
export function FieldMap({ all, chosen, onChoose }: Props): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef<Latest>({ all, chosen });
  latest.current = { all, chosen };
  useEffect(() => {
    if (canvas.current === null) return undefined;
    const map = new MovingMap(canvas.current, () => latest.current);
    return () => map.end();
  }, []);
  const choose = (event: MouseEvent): void => {
    const { side, columns } = gridOf(canvas.current?.clientWidth ?? 1, all.length);
    const branch = all[Math.floor(event.offsetY / side) * columns + Math.floor(event.offsetX / side)];
    if (branch !== undefined) onChoose(branch.row.key);
  };
  return html`<canvas ref=${canvas} class="field-map" aria-hidden="true" onClick=${choose}></canvas>`;
}

/** Cells are painted anew when something has changed, onto a layer of their own; while rings fade only that is copied. */
class MovingMap {
  private readonly canvas: HTMLCanvasElement;
  private readonly latest: () => Latest;
  private readonly cells = new OffscreenCanvas(1, 1);
  private readonly still = matchMedia("(prefers-reduced-motion: reduce)");
  private readonly fit = new ResizeObserver(() => this.changed());
  private readonly unsubscribe = store.subscribe(() => this.changed());
  private pulses: Pulse[] = [];
  private index: { readonly all: readonly Branch[]; readonly places: ReadonlyMap<EntityKey, number> } | undefined;
  private isStale = true;
  private asked = 0;

  constructor(canvas: HTMLCanvasElement, latest: () => Latest) {
    this.canvas = canvas;
    this.latest = latest;
    this.fit.observe(canvas);
    this.changed();
  }

  end(): void {
    this.unsubscribe();
    this.fit.disconnect();
    cancelAnimationFrame(this.asked);
  }

  private changed(): void {
    this.isStale = true;
    this.ask();
  }

  private ask(): void {
    if (this.asked === 0) this.asked = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.asked = 0;
    const { all, chosen } = this.latest();
    const { canvas } = this;
    const width = Math.max(1, canvas.clientWidth);
    const grid = gridOf(width, all.length);
    const scale = devicePixelRatio;
    const size = [Math.round(width * scale), Math.round(grid.height * scale)] as const;
    if (canvas.width !== size[0] || canvas.height !== size[1]) {
      [canvas.width, canvas.height] = size;
      canvas.style.height = `${grid.height}px`;
      this.isStale = true;
    }
    const context = canvas.getContext("2d");
    const layer = this.cells.getContext("2d");
    if (context === null || layer === null) return;
    const colours = coloursOf(canvas);
    this.takeDeposits(all, colours);
    if (this.isStale) {
      [this.cells.width, this.cells.height] = size;
      layer.scale(scale, scale);
      paintCells(layer, grid, all, store.heat, colours);
      this.isStale = false;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, ...size);
    context.drawImage(this.cells, 0, 0);
    context.scale(scale, scale);
    const at = this.places(all).get(chosen);
    if (at !== undefined) paintChosen(context, grid, at, colours);
    paintPulses(context, grid, this.pulses, performance.now());
    if (this.pulses.length > 0) this.ask();
  }

  private takeDeposits(all: readonly Branch[], colours: Colours): void {
    const nowMs = performance.now();
    const places = this.places(all);
    for (const { entity, pheromone } of store.fresh.splice(0)) {
      const at = places.get(entity);
      if (at !== undefined && !this.still.matches)
        this.pulses.push({ at, sinceMs: nowMs, colour: colours(familyOf(pheromone)) });
    }
    this.pulses = this.pulses.filter(({ sinceMs }) => nowMs - sinceMs < PULSE_MS).slice(-MAX_PULSES);
  }

  private places(all: readonly Branch[]): ReadonlyMap<EntityKey, number> {
    if (this.index?.all === all) return this.index.places;
    const places = new Map(all.map(({ row }, at) => [row.key, at] as const));
    this.index = { all, places };
    return places;
  }
}

function coloursOf(canvas: HTMLCanvasElement): Colours {
  const style = getComputedStyle(canvas);
  const known = new Map<string, string>();
  return (name) => {
    const colour = known.get(name) ?? style.getPropertyValue(`--${name}`).trim();
    known.set(name, colour);
    return colour;
  };
}
