import type { Evidence } from "../../core/action.ts";
import type { Agent, AgentContext, PheromoneName } from "../../core/agent.ts";
import { HOST, processKey, type EntityKey } from "../../core/entity.ts";
import type { EventKind, SensedEvent } from "../../core/event.ts";
import type { ReadingBatch } from "../../core/reading.ts";
import { DendriticCells, type Signals } from "../../swarm/dca.ts";
import { decayRate, remaining } from "../../swarm/evaporation.ts";
import { dangerIn, inflammationOf, pampOf, safetyOf } from "./context-signals.ts";
import { executedId, nameOf } from "../programs/executable.ts";
import { KnownPrograms } from "../programs/known-programs.ts";
import { dropOldest } from "../bounded/oldest.ts";
import { lineOf } from "../programs/process-line.ts";
import { INHERITED } from "./provenance.ts";

export const CONTEXT = {
  /** A line that felt nothing for so long begins anew: two crashes in a month are no trouble. */
  forgetMs: 300_000,
  /** What was presented counts half after this, as evidence does. */
  presentedHalfLifeMs: 60_000,
  /** Antigens presented as mature and as semi-mature that are supposed before any are (Laplace): nothing known, nothing changed. */
  prior: 1,
  /** Less of a change is not told. */
  least: 0.1,
  lines: 512,
} as const;

const PRESENTED_RATE = decayRate(CONTEXT.presentedHalfLifeMs);

/** The tissue of one line of processes. */
interface Line {
  cells: DendriticCells;
  atMs: number;
  /** When it felt anything last. */
  feltMs: number;
  mature: number;
  presented: number;
  k: number;
}

/**
 * Dendritic cells: whether a line of processes (a service, a session) is in trouble or about its ordinary work, by the
 * deterministic algorithm (swarm/dca.ts) on danger and safe signals (context-signals.ts). What comes out is no evidence:
 * it is left in the field as `mature` or `tolerant`, and what evidence on the line counts for goes by it (modulation.ts).
 */
export class ContextAgent implements Agent {
  readonly name = "context";
  readonly colony = "immune";
  readonly says =
    "tells lines of processes in trouble from those about their ordinary work, which raises or lowers what weak evidence counts";
  readonly feels = ["danger"] as const;
  readonly wants: readonly EventKind[];
  private readonly known = new KnownPrograms();
  private readonly lines = new Map<EntityKey, Line>();
  private readonly felt = new WeakSet<Evidence>();
  private inflammation = 0;

  /** `full`: failed calls too, which other agents of that depth have sensed anyway. */
  constructor(depth: "light" | "full" = "light") {
    this.wants = depth === "full" ? ["exec", "exit", "exec.failed", "open.failed"] : ["exec", "exit"];
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    const danger = dangerIn(event);
    if (danger === 0 && event.kind !== "exec") return;
    const head = lineOf(processKey(event.process), context.processes);
    const line = this.lineAt(head, context.nowMs);
    const isKnown = event.kind === "exec" && this.known.note(executedId(event), context.wallMs);
    const safe = event.kind === "exec" ? safetyOf(event, isKnown, context) : 0;
    this.sample(head, line, { danger, safe }, context);
  }

  /** PAMPs: signatures of known evil, as others have found them. */
  onSignal(entity: EntityKey, _pheromone: PheromoneName, context: AgentContext): void {
    for (const evidence of context.evidence(entity)) {
      if (this.felt.has(evidence)) continue;
      this.felt.add(evidence);
      const pamp = evidence.agent === INHERITED ? 0 : pampOf(evidence.kind, evidence.weight);
      if (pamp === 0) continue;
      const head = lineOf(entity, context.processes);
      this.sample(head, this.lineAt(head, context.nowMs), { danger: pamp, safe: 0 }, context);
    }
  }

  onReadings({ readings }: ReadingBatch): void {
    this.inflammation = readings
      .filter(({ entity }) => entity === HOST)
      .reduce((sum, { name, value }) => sum + inflammationOf(name, value), 0);
  }

  remember(): unknown {
    return this.known.remember();
  }

  recall(memory: unknown): void {
    this.known.recall(memory);
  }

  private lineAt(head: EntityKey, nowMs: number): Line {
    const line = this.lines.get(head) ?? newLine(nowMs);
    this.lines.delete(head);
    this.lines.set(head, line);
    dropOldest(this.lines, CONTEXT.lines);
    const elapsedMs = nowMs - line.atMs;
    line.atMs = nowMs;
    line.mature = remaining(line.mature, elapsedMs, PRESENTED_RATE);
    line.presented = remaining(line.presented, elapsedMs, PRESENTED_RATE);
    return line;
  }

  private sample(head: EntityKey, line: Line, { danger, safe }: Signals, context: AgentContext): void {
    if (context.nowMs - line.feltMs > CONTEXT.forgetMs) line.cells = new DendriticCells();
    if (danger > 0 || safe > 0) line.feltMs = context.nowMs;
    for (const { antigens, k } of line.cells.sample({ danger: danger * (1 + this.inflammation), safe })) {
      line.presented += antigens;
      if (k > 0) line.mature += antigens;
      line.k = k;
    }
    this.tell(head, line, context);
  }

  /** Brings the field to what the cells say: MCAV, the share of antigens that were presented as mature. */
  private tell(head: EntityKey, { mature, presented, k }: Line, context: AgentContext): void {
    const mcav = (mature + CONTEXT.prior) / (presented + 2 * CONTEXT.prior);
    const pheromone = mcav > 0.5 ? "mature" : "tolerant";
    const weight = Math.abs(mcav - 0.5) * 2 - context.field.concentration(head, pheromone);
    if (weight < CONTEXT.least) return;
    const says = `${nameOf(context, head)} and what belongs to it ${mcav > 0.5 ? "are in trouble" : "do their ordinary work"}`;
    const numbers = { mcav, k, presented };
    const { name: agent } = this;
    context.deposit(pheromone, { atMs: context.wallMs, agent, kind: agent, entity: head, weight, says, numbers });
  }
}

function newLine(atMs: number): Line {
  return { cells: new DendriticCells(), atMs, feltMs: atMs, mature: 0, presented: 0, k: 0 };
}
