import type { Decision } from "../core/action.ts";
import { printable } from "../core/printable.ts";
import type { RefusedBody } from "./journal/record.ts";

/** A hive that asks for nonsense all day adds 288 short records to the journal, not a full disk. */
const EVERY_MS = 300_000;
/** Names are the asker's own choice: those beyond so many in a window are counted together. */
const MAX_ASKERS = 8;
const OTHERS = "others";

/** Adds refusals up by code and by asker, and gives one record for all of them at most every five minutes. */
export class Refusals {
  private readonly codes = new Map<string, number>();
  private readonly agents = new Map<string, number>();
  private latest = "";
  private nextMs = Number.NEGATIVE_INFINITY;

  add(decision: Decision, agent: string): void {
    this.codes.set(decision.code, (this.codes.get(decision.code) ?? 0) + 1);
    const name = printable(agent, 64);
    const asker = this.agents.has(name) || this.agents.size < MAX_ASKERS ? name : OTHERS;
    this.agents.set(asker, (this.agents.get(asker) ?? 0) + 1);
    this.latest = `${name}: ${printable(decision.says)}`;
  }

  /** Hands the record that is due now, if any, to `write`; keeps the counts for the next where that fails. */
  flush(nowMs: number, write: (body: RefusedBody) => boolean): void {
    if (this.codes.size === 0 || nowMs < this.nextMs) return;
    this.nextMs = nowMs + EVERY_MS;
    const total = [...this.codes.values()].reduce((sum, count) => sum + count, 0);
    const [codes, agents] = [Object.fromEntries(this.codes), Object.fromEntries(this.agents)];
    if (!write({ total, codes, agents, latest: this.latest })) return;
    this.codes.clear();
    this.agents.clear();
  }
}
