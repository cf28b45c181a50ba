import type { Result } from "../core/errors.ts";
import type { Trail } from "../core/trail.ts";
import { bestTrail, strengthAt, trailFrom, TRAILS } from "./trail.ts";

/** Where trails outlive the process. A write that fails costs memory after a restart, no more. */
export interface TrailPort {
  trails(): readonly unknown[];
  putTrail(id: string, trail: unknown): Result<void>;
  deleteTrail(id: string): Result<void>;
}

/** What is sound of what is stored, as strong as it is now, the strongest first. */
export function trailsOf(port: Pick<TrailPort, "trails">, wallMs: number): Trail[] {
  return port
    .trails()
    .flatMap((row) => trailFrom(row) ?? [])
    .map((trail) => ({ ...trail, strength: strengthAt(trail, wallMs), atMs: Math.max(trail.atMs, wallMs) }))
    .toSorted((a, b) => b.strength - a.strength);
}

type Found = Pick<Trail, "shape" | "load" | "settings" | "gain" | "interval" | "pairs">;

/** All trails of this host; every change is written through. */
export class TrailBook {
  private readonly port: TrailPort;

  constructor(port: TrailPort) {
    this.port = port;
  }

  /** Read anew each time, as people may delete what they do not want followed. */
  all(): Trail[] {
    return this.port.trails().flatMap((row) => trailFrom(row) ?? []);
  }

  best(situation: Parameters<typeof bestTrail>[1]): Trail | undefined {
    return bestTrail(this.all(), situation);
  }

  /** A win, new or repeated: the same settings in the same situation grow stronger, others take their place. */
  won(found: Found, id: string, wallMs: number): Trail {
    const known = this.all().find(
      (trail) => trail.shape === found.shape && trail.load === found.load && areSame(trail, found),
    );
    const left = known === undefined ? 0 : strengthAt(known, wallMs);
    const trail = {
      ...found,
      id: known?.id ?? id,
      wins: (known?.wins ?? 0) + 1,
      failures: known?.failures ?? 0,
      strength: Math.min(TRAILS.cap, left + TRAILS.win),
      atMs: wallMs,
    };
    this.port.putTrail(trail.id, trail);
    this.trim(wallMs);
    return trail;
  }

  /** The same trail with fewer knobs. */
  shorten(id: string, settings: Trail["settings"]): Trail | undefined {
    const known = this.all().find((trail) => trail.id === id);
    if (known === undefined) return undefined;
    const trail = { ...known, settings };
    this.port.putTrail(id, trail);
    return trail;
  }

  /** Followed, and did not win: it fades at once, and is gone when little is left. */
  failed(id: string, wallMs: number): void {
    const known = this.all().find((trail) => trail.id === id);
    if (known === undefined) return;
    const strength = strengthAt(known, wallMs) * TRAILS.afterFailure;
    if (strength < TRAILS.least) this.port.deleteTrail(id);
    else this.port.putTrail(id, { ...known, failures: known.failures + 1, strength, atMs: wallMs });
  }

  private trim(wallMs: number): void {
    const all = this.all().toSorted((a, b) => strengthAt(b, wallMs) - strengthAt(a, wallMs));
    for (const [at, trail] of all.entries())
      if (at >= TRAILS.most || strengthAt(trail, wallMs) < TRAILS.least) this.port.deleteTrail(trail.id);
  }
}

function areSame(one: Pick<Trail, "settings">, two: Pick<Trail, "settings">): boolean {
  const words = ({ settings }: Pick<Trail, "settings">): string =>
    settings
      .map(({ kind, entity, value }) => `${kind} ${entity} ${value}`)
      .toSorted()
      .join();
  return words(one) === words(two);
}
