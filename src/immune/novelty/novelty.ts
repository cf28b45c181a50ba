import type { AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { DOERS, type Doer } from "./doers.ts";
import { type Act, Habits } from "./habits.ts";
import { dropOldest } from "../bounded/oldest.ts";
import { surpriseBits, surpriseWeight } from "./surprise.ts";

export const NOVELTY = {
  /** A subject seen less often is judged by the next wider one (back-off, Katz 1987). */
  enough: 16,
  /** New here, known one circle wider: half as strange. */
  knownWider: 0.5,
  /** Less is not worth a deposit. */
  least: 0.05,
  /** A first is learned at its first return after this, if nothing came of it. Attacks repeat within seconds. */
  probationMs: 600_000,
  /**
   * Who carries this much danger teaches nothing: more than any single fact weighs. Learning from
   * everything destroys detection (docs: "gated learning").
   */
  intolerant: 1.2,
  waiting: 1024,
} as const;

export interface Circle {
  readonly subject: string;
  /** Weight of what only this circle tells, 0 to 1; one of 0 learns and does not judge. */
  readonly factor: number;
}

export interface Surprise {
  readonly weight: number;
  readonly bits: number;
  readonly total: number;
  readonly once: number;
  readonly subject: string;
}

/**
 * Judges firsts by who does them, from the narrowest circle (this program in this place) to the widest
 * (the host), and learns while tolerant. A first that surprises is not learned but waits: a flood of
 * novelties from one attacker does not buy the tolerance of the next.
 */
export class Novelty {
  private readonly habits = new Habits();
  private readonly waiting = new Map<string, { readonly sinceMs: number; readonly entity: EntityKey }>();

  /** Undefined where it is no surprise; then it was learned, unless the entity is in danger. */
  observe(
    circles: readonly Circle[],
    kind: string,
    entity: EntityKey,
    context: Pick<AgentContext, "nowMs" | "field">,
  ): Surprise | undefined {
    const surprise = this.judge(circles, kind);
    if (surprise !== undefined && !this.servedProbation(`${surprise.subject}\n${kind}`, entity, context)) {
      return surprise;
    }
    if (context.field.concentration(entity, "danger") < NOVELTY.intolerant) {
      for (const circle of circles) this.habits.learn(circle.subject, kind, context.nowMs);
    }
    return undefined;
  }

  /**
   * Whether `act` is known of the doer in all its circles (`keepAtHand`), so that nothing is to be judged; then it was
   * learned as by `observe`.
   */
  isUsual(
    doer: Doer,
    act: string | number,
    entity: EntityKey,
    context: Pick<AgentContext, "nowMs" | "field">,
  ): boolean {
    const acts = doer.usual.get(act);
    if (acts === undefined) return false;
    for (const each of acts) {
      if (!each.forgotten) continue;
      doer.usual.delete(act);
      return false;
    }
    if (context.field.concentration(entity, "danger") < NOVELTY.intolerant)
      for (const each of acts) this.habits.again(each);
    return true;
  }

  /** Where the kind is known in all circles, keeps it at hand for `isUsual`, under a name that is cheaper to make. */
  keepAtHand(doer: Doer, act: string | number, circles: readonly Circle[], kind: string): void {
    const acts: Act[] = [];
    for (const { subject } of circles) {
      const known = this.habits.act(subject, kind);
      if (known === undefined) return;
      acts.push(known);
    }
    if (doer.usual.size >= DOERS.acts) doer.usual.clear();
    doer.usual.set(act, acts);
  }

  /** How long the subject's habits have been known, milliseconds; without end for what an earlier run learned. */
  knownForMs(subject: string, nowMs: number): number {
    return this.habits.knownForMs(subject, nowMs);
  }

  remember(keeps: (subject: string) => boolean): unknown {
    return this.habits.toJson(keeps);
  }

  recall(memory: unknown): void {
    this.habits.fromJson(memory);
  }

  private judge(circles: readonly Circle[], kind: string): Surprise | undefined {
    const at = circles.findIndex(
      ({ subject, factor }) => factor > 0 && this.habits.seen(subject).total >= NOVELTY.enough,
    );
    const circle = circles[at];
    if (circle === undefined || this.habits.knows(circle.subject, kind)) return undefined;
    const seen = this.habits.seen(circle.subject);
    const wider = circles.slice(at + 1).some((other) => this.habits.knows(other.subject, kind));
    const weight = surpriseWeight(seen) * circle.factor * (wider ? NOVELTY.knownWider : 1);
    if (weight < NOVELTY.least) return undefined;
    return { weight, bits: surpriseBits(seen), total: seen.total, once: seen.once, subject: circle.subject };
  }

  private servedProbation(key: string, entity: EntityKey, context: Pick<AgentContext, "nowMs" | "field">): boolean {
    const first = this.waiting.get(key);
    if (first === undefined) {
      this.waiting.set(key, { sinceMs: context.nowMs, entity });
      dropOldest(this.waiting, NOVELTY.waiting);
      return false;
    }
    if (context.nowMs - first.sinceMs < NOVELTY.probationMs) return false;
    if (context.field.concentration(first.entity, "danger.slow") >= NOVELTY.intolerant) return false;
    this.waiting.delete(key);
    return true;
  }
}
