import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultConfig } from "../../core/config.ts";
import { FakeClock } from "../../core/clock.ts";
import { ok, type Result } from "../../core/errors.ts";
import { type Change, OpenChanges } from "../change.ts";
import { ContainmentBudget } from "../containment-budget.ts";
import { HeldTimes } from "../held-times.ts";
import { Holds } from "../holds.ts";
import { recall } from "../recall.ts";
import { FaultyFiles } from "./faulty-files.fixture.ts";
import { type Journal, openJournal } from "./journal.ts";
import type { JournalLimits } from "./limits.ts";
import type { IntentBody, JournalRecord, RevertBody } from "./record.ts";
import { findDamage, scanRecent } from "./scan.ts";

export const SMALL: JournalLimits = { segmentBytes: 3000, totalBytes: 20_000, maxAgeMs: Number.POSITIVE_INFINITY };
let owners = 0;

/** A journal through many lives of its writer, with every record that was ever seen on the disk. */
export class Sessions {
  readonly folder = join(mkdtempSync(join(tmpdir(), "swarms-journal-")), "journal");
  readonly clock = new FakeClock();
  readonly history: JournalRecord[] = [];
  /** Monotonic milliseconds at which each was first seen. */
  private readonly seenMs: number[] = [];
  files = new FaultyFiles();
  journal: Journal;
  bootId = "boot 1";
  /** What the journal left for later; where undefined, it leaves nothing. */
  due: (() => void)[] | undefined;
  limits: JournalLimits;

  constructor(limits: JournalLimits = SMALL, sealsLater = false) {
    if (sealsLater) this.due = [];
    this.limits = limits;
    this.journal = this.reopen();
  }

  /** As after kill -9, with a disk that works again. */
  reopen(): Journal {
    this.files = new FaultyFiles();
    const { clock, files, limits, bootId } = this;
    // What a writer that was killed had left for later, nobody does.
    if (this.due !== undefined) this.due = [];
    const { due } = this;
    const later = due && { later: (run: () => void) => void due.push(run) };
    const owner = { pid: 4_000_000_000 + owners++, startTicks: 1, bootId };
    const opened = openJournal(this.folder, { clock, files, limits, owner, ...later });
    assert.ok(opened.ok, opened.ok ? "" : opened.says);
    this.journal = opened.value;
    return opened.value;
  }

  remove(): void {
    rmSync(join(this.folder, ".."), { recursive: true, force: true, maxRetries: 10 });
  }

  /** Verifies everything, adds what is new to the history, and finds no gap in it. */
  look(): void {
    const found = findDamage(this.folder, (record, { carried }) => {
      if (carried) return;
      const known = this.history[record.seq - 1];
      if (known !== undefined) assert.deepEqual(record, known);
      else {
        this.seenMs.push(this.clock.monoMs());
        assert.equal(this.history.push(record), record.seq, "no record is missing between");
      }
    });
    assert.ok(found.ok, found.ok ? "" : found.damage.says);
    assert.equal(found.value.last.seq, this.history.length, "none is lost");
  }

  /** What a recovery knows from the newest segment; what it would know from all there ever was; and that without clock jumps. */
  states(): { readonly recent: State; readonly whole: State; readonly unjumped: State } {
    const { clock, history } = this;
    const past = (onRecord: OnRecord): Result<void> => {
      for (const record of history) onRecord(record);
      return ok(undefined);
    };
    const truly = (onRecord: OnRecord): Result<void> => {
      for (const [at, record] of history.entries())
        onRecord({ ...record, atMs: clock.wallMs() - (clock.monoMs() - (this.seenMs[at] ?? 0)) });
      return ok(undefined);
    };
    const recent = (onRecord: OnRecord): Result<unknown> => scanRecent(this.folder, onRecord);
    return { recent: this.stateFrom(recent), whole: this.stateFrom(past), unjumped: this.stateFrom(truly) };
  }

  private stateFrom(scan: (onRecord: OnRecord) => Result<unknown>): State {
    const open = new OpenChanges();
    assert.ok(scan((record) => open.add(record)).ok);
    const [vetoes, budget, kills] = [new Holds(), new ContainmentBudget(), new ContainmentBudget()];
    const into = { vetoes, budget, kills, held: new HeldTimes(), respectMs: 600_000, adopt: () => {} };
    assert.ok(recall({ scan } as unknown as Journal, this.clock, into).ok);
    const nowMs = this.clock.monoMs();
    const keys = KINDS.flatMap((kind) => GROUPS.map((group) => `${kind} ${group}`));
    return {
      changes: open.newestFirst(this.bootId),
      held: [...keys.map((key) => vetoes.leftMs(key, nowMs)), containments(budget, nowMs), containments(kills, nowMs)],
    };
  }
}

export interface State {
  readonly changes: readonly Change[];
  /** Milliseconds that each knob is still left to a person, and what the hour's budgets count. */
  readonly held: readonly number[];
}

type OnRecord = (record: JournalRecord) => void;

function containments(budget: ContainmentBudget, nowMs: number): number {
  const none = { ...defaultConfig.budget, containmentsPerHour: 0 };
  const verdict = budget.check(none, { atMs: nowMs, cgroup: "/other", processes: 1 }, [], () => 9);
  return verdict.ok ? 0 : Number(/^\d+/.exec(verdict.says)?.[0]);
}

export const KINDS = ["cpu.weight", "cpu.idle", "freeze", "kill.cgroup"] as const;
export const GROUPS = ["/a", "/b", "/c"] as const;

export function intentOf(kind: string, cgroup: string, more: Partial<IntentBody> = {}): IntentBody {
  const words = { from: "100", to: "10", agent: "reflex", reason: "redis waits for a CPU" };
  const evidence = [{ atMs: 1, agent: "x", kind: "delay", entity: "w:/a", weight: 1, says: "it waits", numbers: {} }];
  const raw = { inode: 7, setting: "10", before: "100", baseline: "100", leaseMs: 10_000, processes: 3 };
  return { kind, cgroup, ...words, ...raw, evidence, ...more } as IntentBody;
}

export function revertOf(action: string, cause: RevertBody["cause"], rebase?: RevertBody["rebase"]): RevertBody {
  const body = { action, cause, written: true, raw: "100", says: "it is back", by: "", renewals: 0 };
  return rebase === undefined ? body : { ...body, rebase };
}
