import type { ActionKind } from "../core/action.ts";
import type { AgentContext } from "../core/agent.ts";
import type { EntityKey } from "../core/entity.ts";
import { dimensionsOf, type KnobDimension, SEARCH_KNOBS, type SearchKnob, type Situation } from "./knob-space.ts";
import type { Gate } from "./search-gate.ts";
import type { Denied } from "./search-holds.ts";
import type { ReadWorkload } from "./workload-readings.ts";

/** Concentration of `response` from the reflex from which a workload is in its hands. */
const IN_HAND = 0.1;

/** How long. A rate limit is over soon. */
const BARRED = { usualMs: 3_600_000, rateMs: 60_000 } as const;

/** Refusals of a value, not of the knob. */
const VALUES: ReadonlySet<string> = new Set(["SW-GUARD-BOUNDS", "SW-GUARD-STEP"]);

/** What a person, or somebody else's hand, wants. */
const WISHES: ReadonlySet<string> = new Set(["undo", "yield", "restore", "SW-GUARD-PERSON", "SW-GUARD-YIELD"]);

export function isWish(code: string): boolean {
  return WISHES.has(code);
}

function levelKey(key: string, level: number): string {
  return `${key} ${level}`;
}

/** Which knobs the search may turn now: those that the mode lets it, and that nobody else holds, wants, or refused. */
export class FreeKnobs {
  private readonly cpus: number;
  private readonly enforces: (kind: ActionKind) => boolean;
  private readonly rows: readonly SearchKnob[];
  private readonly barred = new Map<string, number>();

  constructor(options: {
    readonly cpus: number;
    readonly enforces?: (kind: ActionKind) => boolean;
    readonly knobs?: readonly SearchKnob[];
  }) {
    this.rows = [...SEARCH_KNOBS, ...(options.knobs ?? [])];
    this.cpus = options.cpus;
    this.enforces = options.enforces ?? (() => true);
  }

  /** Leaves alone for a while what was refused, or taken back by somebody: the knob, or one level of it. */
  bar({ key, value, code }: Denied, nowMs: number): void {
    const what = VALUES.has(code) ? levelKey(key, value) : key;
    this.barred.set(what, nowMs + (code === "SW-GUARD-RATE" ? BARRED.rateMs : BARRED.usualMs));
  }

  /** `held`: what the search itself has in force, by key. */
  dimensions(
    workloads: readonly ReadWorkload[],
    situation: Omit<Situation, "cpus"> & { readonly held: ReadonlyMap<string, number> },
    context: AgentContext,
  ): KnobDimension[] {
    const { cpus, enforces, rows } = this;
    for (const [key, untilMs] of this.barred) if (untilMs <= context.nowMs) this.barred.delete(key);
    const isFree = (key: string, knob: SearchKnob, { entity, readings }: ReadWorkload): boolean =>
      !this.barred.has(key) &&
      !(knob.shared && isInHand(entity, context)) &&
      // Idle by somebody else's hand: its weight means nothing then, and the rest little.
      !(knob.kind.startsWith("cpu.") && readings.get("cpu.idle") === 1 && !situation.held.has(key));
    return dimensionsOf(workloads, { ...situation, cpus }, { enforces, isFree, rows }).flatMap((dimension) => {
      const levels = dimension.levels.filter((level) => !this.barred.has(levelKey(dimension.key, level)));
      return levels.length === 0 ? [] : [{ ...dimension, levels }];
    });
  }

  /** Whether a space is still the one that there is. */
  isOpen(dimensions: readonly KnobDimension[], gate: Gate, context: AgentContext): boolean {
    return dimensions.every(({ knob, entity }) => !knob.shared || (gate === "calm" && !isInHand(entity, context)));
  }
}

function isInHand(entity: EntityKey, { field }: AgentContext): boolean {
  return (field.bySource(entity, "response").get("reflex") ?? 0) >= IN_HAND;
}
