import type { Decision } from "../core/action.ts";
import { printable } from "../core/printable.ts";
import type { RecordBodies } from "./journal/record.ts";

/** A hive that asks for nonsense all day adds 288 short records to the journal, not a full disk. */
const EVERY_MS = 300_000;

/** Adds refusals up by code, and gives one record for all of them at most every five minutes. */
export class Refusals {
  private readonly codes = new Map<string, number>();
  private latest = "";
  private nextMs = Number.NEGATIVE_INFINITY;

  add(decision: Decision, agent: string): void {
    this.codes.set(decision.code, (this.codes.get(decision.code) ?? 0) + 1);
    this.latest = `${printable(agent, 64)}: ${printable(decision.says)}`;
  }

  /** Hands the record that is due now, if any, to `write`; keeps the counts for the next where that fails. */
  flush(nowMs: number, write: (body: RecordBodies["refused"]) => boolean): void {
    if (this.codes.size === 0 || nowMs < this.nextMs) return;
    this.nextMs = nowMs + EVERY_MS;
    const total = [...this.codes.values()].reduce((sum, count) => sum + count, 0);
    if (write({ total, codes: Object.fromEntries(this.codes), latest: this.latest })) this.codes.clear();
  }
}
