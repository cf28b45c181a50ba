import type { Agent, AgentContext } from "../../../core/agent.ts";
import { HOST, type EntityKey } from "../../../core/entity.ts";
import type { ReadingBatch } from "../../../core/reading.ts";
import { depositDanger } from "../danger.ts";
import { processName } from "../../programs/executable.ts";
import { floodSource, type FloodSource } from "./flood-source.ts";
import { QUORUM } from "../../quorum/quorum-rule.ts";

export const FLOOD = {
  /** Share of the ring from which on the kernel refuses bulk events (bpf/ring.h): beyond it something is lost, or about to be. */
  fill: 0.5,
  /** Who makes most of the events. */
  share: 0.5,
  /**
   * Events a second of one doer. A build starts 5,000 processes a second at most, which is 15,000 events; less than this
   * does not fill a ring that is read, so where events are lost all the same, the reason is not this doer.
   */
  leastPerSecond: 20_000,
  /** Half of a quorum: that somebody hides among noise is likely with another kind of evidence, and not without. */
  most: QUORUM.danger.concentration / 2,
  /** Losses alone are no quorum on anything: a sign for others, as strong as the share that was lost. */
  mostOfHost: 1,
  /** Evidence is renewed when so much of it has evaporated: every 20 s or so while the flood lasts. */
  renew: 0.15,
} as const;

/** What happened between two turns. */
interface Turn {
  readonly seconds: number;
  /** Events that the kernel made, and those of them that were lost. */
  readonly made: number;
  readonly lost: number;
  readonly fill: number;
}

/**
 * The flood itself is noticed: who makes so many events that others' are lost may want just that. Says who made most of the
 * events while some were lost, or were about to be, and that the host is seen in part only.
 */
export class FloodAgent implements Agent {
  readonly name = "flood";
  readonly colony = "immune";
  readonly says = "notices that events are lost, and who makes so many of them that others' get lost";
  readonly wants = [] as const;
  private before: ReadingBatch | undefined;

  onReadings(batch: ReadingBatch, context: AgentContext): void {
    const { before } = this;
    this.before = batch;
    const turn = before === undefined ? undefined : turnBetween(before, batch);
    if (turn === undefined) return;
    if (turn.lost > 0) this.tellHost(turn, context);
    if (turn.lost === 0 && turn.fill < FLOOD.fill) return;
    const source = floodSource(batch.doers, FLOOD.share, context.processes);
    const perSecond = (turn.made * (source?.share ?? 0)) / turn.seconds;
    if (source !== undefined && perSecond >= FLOOD.leastPerSecond) this.tellSource(source, perSecond, turn, context);
  }

  private tellSource(source: FloodSource, perSecond: number, turn: Turn, context: AgentContext): void {
    const { entity, share, through } = source;
    const weight = this.missing(entity, FLOOD.most * share, context);
    if (weight === 0) return;
    const percent = Math.round(share * 100);
    const who = through === "process" ? processName(context, entity) : `${source.name} and what belongs to it`;
    depositDanger(context, {
      agent: this.name,
      kind: this.name,
      entity,
      weight,
      says:
        `${who} made ${Math.round(perSecond)} events a second, ${percent} % of all, ` +
        (turn.lost > 0
          ? `while ${turn.lost} were lost`
          : `which filled the buffer to ${Math.round(turn.fill * 100)} %`),
      // One fact however often it is told again.
      numbers: { perSecond: Math.round(perSecond), share, lost: turn.lost, fill: turn.fill, fact: 1 },
      techniques: ["T1562"],
    });
  }

  private tellHost(turn: Turn, context: AgentContext): void {
    const share = Math.min(1, turn.lost / Math.max(turn.made, turn.lost));
    const weight = this.missing(HOST, FLOOD.mostOfHost * share, context);
    if (weight === 0) return;
    context.deposit("danger", {
      atMs: context.wallMs,
      agent: this.name,
      kind: "losses",
      entity: HOST,
      weight,
      says: `${turn.lost} of ${turn.made} events were lost: what happened on this host is known in part only`,
      numbers: { lost: turn.lost, made: turn.made, fact: 1 },
    });
  }

  /** What is to be added for a level of `wanted`; 0 where that is little. */
  private missing(entity: EntityKey, wanted: number, context: AgentContext): number {
    const kind = entity === HOST ? "losses" : this.name;
    const missing = wanted - (context.field.bySource(entity, "danger").get(kind) ?? 0);
    return missing >= Math.min(FLOOD.renew, wanted) ? missing : 0;
  }
}

/** Undefined where it cannot be told: no time passed, or the counters began anew. */
function turnBetween(before: ReadingBatch, now: ReadingBatch): Turn | undefined {
  const seconds = (now.atMs - before.atMs) / 1000;
  const lost = lostIn(now) - lostIn(before);
  const made = total(now.events) - total(before.events);
  if (!(seconds > 0) || lost < 0 || made < 0) return undefined;
  return { seconds, made, lost, fill: now.ring?.fill ?? 0 };
}

function lostIn(batch: ReadingBatch): number {
  return (batch.lost === undefined ? batch.losses.ring : total(batch.lost)) + batch.losses.shed;
}

function total(byKind: Readonly<Record<string, number>>): number {
  return Object.values(byKind).reduce((sum, count) => sum + count, 0);
}
