import type { Agent, AgentContext, PheromoneName } from "../../core/agent.ts";
import { fileKey, processKey, type EntityKey } from "../../core/entity.ts";
import type { SensedEvent, SequenceEvent } from "../../core/event.ts";
import { printable } from "../../core/printable.ts";
import type { ProfileInfo, ProfileList, ProfileOrder, ProfileReport } from "../../core/sequence-profile.ts";
import type { LearningStatus } from "../../core/status.ts";
import { callNames } from "./call-names.ts";
import { processName } from "../programs/executable.ts";
import { CHECKING, LEARNING } from "./sequence-profile.ts";
import { SequenceBook } from "./sequence-book.ts";
import { CALLS_IN_WINDOW } from "../../swarm/sequences/call-bitmap.ts";
import { medianSurprisal } from "../../swarm/sequences/trace-score.ts";
import { Witness } from "../evidence/witness.ts";

export const SEQUENCES = {
  /** A hint, whatever it sees: alone it is half of what any incident needs (quorum-rule.ts), and it is not right often enough for more (docs/sequences.md). */
  most: 0.4,
  /** Share of unknown windows at which a departure weighs the most. */
  fully: 0.5,
  /** Bits: calls that surprise this much come as unexpected here as they do anywhere; of less, the part that is left counts for half. */
  surprising: 6,
  least: 0.05,
} as const;

/** Name of the agent and of its kind of evidence. */
export const SEQUENCES_KIND = "sequences";

/**
 * Orders of system calls that an executable has not been known for. The kernel keeps the habits and tells of departures
 * (bpf/sequences.bpf.c); here it is decided which executables have a profile, when a profile is learned, and what a departure is worth.
 */
export class SequencesAgent extends Witness implements Agent {
  readonly name = SEQUENCES_KIND;
  readonly colony = "immune";
  readonly says = "notices a program whose system calls come in an order that its executable is not known for";
  readonly wants = ["sequence"] as const;
  readonly book = new SequenceBook();
  /** What is to be told to the kernel's side; until somebody listens, it waits in the book. */
  private left: Omit<ProfileReport, "states"> = { untold: 0, unplaced: 0, refused: 0 };
  private tell: ((orders: readonly ProfileOrder[]) => void) | undefined;

  /** From now on orders go there; all of them at once, for the other side may have begun anew. */
  useOrders(tell: (orders: readonly ProfileOrder[]) => void): void {
    this.tell = tell;
    this.send(this.book.allOrders());
  }

  /** What the kernel's side has, once a minute. */
  takeReport({ states, ...left }: ProfileReport, wallMs: number): void {
    this.left = left;
    this.send(this.book.take(states, wallMs));
  }

  list(): ProfileList {
    const profiles = this.book.all().map((profile) => profile.info());
    return { profiles, turnedAway: this.book.turnedAway, ...this.left };
  }

  /** How many are learned, and until when; undefined where there are none. */
  learning(): LearningStatus["programs"] {
    const profiles = this.book.all().map((profile) => profile.info());
    if (profiles.length === 0) return undefined;
    const learning = profiles.filter(({ stage }) => stage === "learning" || stage === "paused");
    const ends = learning.flatMap(({ learnedMs }) => learnedMs ?? []);
    const counts = { learning: learning.length, learned: profiles.length - learning.length };
    return ends.length === 0 ? counts : { ...counts, nextMs: Math.min(...ends) };
  }

  show(id: string): (ProfileInfo & { readonly bits: string }) | undefined {
    const profile = this.book.get(id);
    return profile && { ...profile.info(), bits: profile.bits };
  }

  /** A person's word; a sentence, or undefined where there is no such profile. */
  freeze(id: string): string | undefined {
    const profile = this.book.get(id);
    if (profile === undefined) return undefined;
    profile.freeze();
    this.send([profile.order(false)]);
    return `${printable(profile.path, 200)} is checked against what was learned so far, and learns no more until it is reset`;
  }

  reset(id: string, wallMs: number): string | undefined {
    const profile = this.book.get(id);
    if (profile === undefined) return undefined;
    profile.reset(wallMs);
    this.send([profile.order(false)]);
    return `${printable(profile.path, 200)} is learned anew`;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind !== "sequence") return;
    if (event.told === "unprofiled") return this.send(this.begin(event, context));
    const profile = this.book.of(event);
    if (profile === undefined) return;
    if (event.told === "departed") return this.depart(event, context);
    if (event.calls.length <= CALLS_IN_WINDOW) profile.knowsStart = true;
    // One habit more: the last call is what was new after those before it.
    if (!isSuspected(processKey(event.process), context)) this.book.trie.learn(event.calls, event.calls.length - 1);
  }

  override onSignal(entity: EntityKey, pheromone: PheromoneName, context: AgentContext): void {
    super.onSignal(entity, pheromone, context);
    const exe = context.processes.get(entity)?.exe ?? "";
    if (exe === "" || !this.book.learns(exe) || !isSuspected(entity, context)) return;
    this.send(this.book.pause(exe, context.wallMs));
  }

  remember(): unknown {
    return this.book.remember();
  }

  recall(memory: unknown): void {
    this.book.recall(memory);
  }

  private begin(event: SequenceEvent, context: AgentContext): readonly ProfileOrder[] {
    const key = processKey(event.process);
    const record = context.processes.get(key);
    const path = record?.details?.exePath || record?.path || "";
    // Whose executable is not the one that the process table knows has moved on; it is told of again.
    if (record === undefined || path === "" || record.exe !== fileKey(event.exe)) return [];
    if (isSuspected(key, context)) return [];
    return this.book.begin(event, path, context.wallMs);
  }

  private depart(event: SequenceEvent, context: AgentContext): void {
    const profile = this.book.of(event);
    if (profile === undefined || (profile.stage !== "checking" && profile.stage !== "frozen")) return;
    if (!profile.knowsStart && event.windows < CHECKING.start) return;
    const key = processKey(event.process);
    const bits = medianSurprisal(this.book.trie, event.calls);
    const surprise = 0.5 + 0.5 * Math.min(1, bits / SEQUENCES.surprising);
    const share = Math.min(1, event.mean / SEQUENCES.fully);
    const weight = SEQUENCES.most * share * surprise * profile.trust(context.wallMs);
    if (weight < SEQUENCES.least) return;
    const percent = Math.round(event.mean * 100);
    const fact = {
      agent: this.name,
      kind: SEQUENCES_KIND,
      entity: key,
      weight,
      says: `${processName(context, key)} made system calls in an order that ${printable(profile.path, 200)} is not known for: ${percent} % unknown, the last ${callNames(event.calls)}`,
      numbers: { mean: event.mean, windows: event.windows, unknown: event.misses, bits },
    };
    this.testimony.tell([profile.path], fact, context);
  }

  private send(orders: readonly ProfileOrder[]): void {
    if (orders.length > 0) this.tell?.(orders);
  }
}

/** By any evidence but that of this agent: it must not stop its own learning by what it has not learned yet. */
function isSuspected(entity: EntityKey, context: AgentContext): boolean {
  let sum = 0;
  for (const [kind, amount] of context.field.bySource(entity, "danger")) if (kind !== SEQUENCES_KIND) sum += amount;
  return sum >= LEARNING.suspicion;
}
