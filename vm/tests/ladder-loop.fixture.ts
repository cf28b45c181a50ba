import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createBalanceColony } from "../../src/balance/colony.ts";
import type { Decision, Evidence, Proposal } from "../../src/core/action.ts";
import { type AgentContext, PHEROMONES } from "../../src/core/agent.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { workloadKey } from "../../src/core/entity.ts";
import { seededRandom } from "../../src/core/random.ts";
import { NO_LOSSES, type Reading, type ReadingName } from "../../src/core/reading.ts";
import { configOf } from "../../src/guard/guard.fixture.ts";
import { Guard } from "../../src/guard/guard.ts";
import { openJournal } from "../../src/guard/journal/journal.ts";
import { readProcessStat } from "../../src/kernel/procfs.ts";
import { Field } from "../../src/swarm/field.ts";
import { fs, type Group } from "./machine.fixture.ts";

const TURN_MS = 250;
/** Ten minutes of the test's clock. */
const MOST_TURNS = 2400;
const KINDS = ["memory.high", "memory.reclaim", "io.weight", "io.max"] as const;

export type Numbers = Partial<Record<ReadingName, number>>;

/** The balance colony and a guard over one group of the kernel. The service that waits is nothing but its pressure, and time is the test's. */
export class LadderLoop {
  /** What was decided, turn by turn: "memory.high applied". */
  readonly done: string[] = [];
  private readonly clock = new FakeClock();
  private readonly field = new Field({ pheromones: PHEROMONES });
  private readonly agents = createBalanceColony({ leaseMs: 10_000, random: seededRandom(1) });
  private readonly guard: Guard;
  private readonly group: Group;
  private evidence: Evidence[] = [];
  private ids = 0;

  constructor(t: TestContext, group: Group) {
    const folder = mkdtempSync(join(tmpdir(), "swarms-ladder-"));
    const { clock } = this;
    const journal = openJournal(folder, { clock });
    assert.ok(journal.ok, journal.ok ? "" : journal.says);
    const actions = Object.fromEntries(KINDS.map((kind) => [kind, { mode: "enforce" }]));
    const config = configOf({ mode: "enforce", scope: [group.path], actions, budget: { shareOfScope: 1 } });
    const self = { pids: () => [readProcessStat(process.pid) ?? { pid: process.pid, startTicks: 0 }] };
    this.guard = new Guard({ config, fs, procRoot: "/proc", clock, journal: journal.value, self });
    this.group = group;
    t.after(() => {
      this.guard.revertAll("shutdown");
      journal.value.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** Changes in force. */
  get leases(): number {
    return this.guard.leases().length;
  }

  /** Turn after turn while the service waits for so much of the time, until `over`; false where it does not come to that. */
  run(waits: Numbers, uses: () => Numbers, over: () => boolean): boolean {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      if (over()) return true;
      this.turn(waits, uses());
    }
    return false;
  }

  private turn(waits: Numbers, uses: Numbers): void {
    const { clock, field, group, agents } = this;
    clock.advance(TURN_MS);
    field.advance(clock.monoMs());
    const answers: Decision[] = [];
    const context = this.context(answers);
    for (const reverted of this.guard.expire()) for (const agent of agents) agent.onReverted?.(reverted, context);
    const batch = {
      atMs: clock.wallMs(),
      workloads: [
        { name: "/service", kind: "latency", label: "service", cgroup: true, targetNs: 1e6 },
        { name: group.path, kind: "batch", label: "job", cgroup: true, targetNs: 0 },
      ] as const,
      readings: [...readingsOf("/service", waits), ...readingsOf(group.path, uses)],
      losses: NO_LOSSES,
      events: {},
    };
    for (const agent of agents) agent.onReadings?.(batch, context);
    for (const decision of answers) {
      this.done.push(`${decision.kind} ${decision.outcome} ${decision.code}`.trim());
      for (const agent of agents) agent.onDecision?.(decision, context);
    }
  }

  private context(answers: Decision[]): AgentContext {
    const { clock, field } = this;
    return {
      nowMs: clock.monoMs(),
      wallMs: clock.wallMs(),
      field,
      processes: { get: () => undefined, lineage: () => [] },
      evidence: (entity) => this.evidence.filter((piece) => piece.entity === entity),
      deposit: (pheromone, evidence) => {
        field.deposit(evidence.entity, pheromone, evidence.kind, evidence.weight);
        this.evidence = [...this.evidence.slice(-30), evidence];
      },
      propose: (proposal) => {
        const asked: Proposal = { ...proposal, id: `p-${++this.ids}` };
        answers.push(this.guard.decide(asked));
        return asked.id;
      },
      report: () => {},
      newId: (prefix) => `${prefix}-${++this.ids}`,
    };
  }
}

function readingsOf(name: string, numbers: Numbers): Reading[] {
  const entity = workloadKey(name);
  return Object.entries(numbers).map(([reading, value]) => ({ entity, name: reading as ReadingName, value }));
}
