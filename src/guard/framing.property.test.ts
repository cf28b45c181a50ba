import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ActionKind, Mode } from "../core/action.ts";
import { AIMED_KINDS, thread, traces, valueFor, VICTIMS, VIP, widest } from "./framing.fixture.ts";
import { proposal, World } from "./guard.fixture.ts";
import type { Shape } from "./host.fixture.ts";

const MODES: readonly Mode[] = ["observe", "advise", "enforce"];
const SHAPES: readonly Shape[] = ["v2", "v1", "hybrid"];
const BYSTANDER = { pid: 0, about: { exe: "/usr/bin/app" } };
/** Groups by number: a tree of three levels with two children each. */
const GROUPS = ["", "/0", "/1"].flatMap((one) => ["", "/0", "/1"].map((two) => `/swarms${one}${two}`));
const PATHS = [...new Set(["/swarms/0/0", "/swarms/0/1", ...GROUPS, VIP, `${VIP}/0`])].toSorted();

interface Placed {
  readonly whom: string;
  readonly group: string;
}

interface Question {
  readonly kind: ActionKind;
  readonly by: "group" | "process" | "thread";
  readonly at: number;
}

const placed = fc.array(
  fc.record({ whom: fc.constantFrom("bystander", ...Object.keys(VICTIMS)), group: fc.constantFrom(...PATHS) }),
  { minLength: 3, maxLength: 8 },
);
const questions = fc.array(
  fc.record({
    kind: fc.constantFrom(...AIMED_KINDS),
    by: fc.constantFrom<Question["by"]>("group", "process", "thread"),
    at: fc.nat({ max: 1000 }),
  }),
  { minLength: 1, maxLength: 24 },
);

interface Someone extends Placed {
  readonly key: string;
  readonly thread: string;
}

/** Each victim once, as a pid is one process; any number of bystanders. */
function populate(w: World, all: readonly Placed[]): Someone[] {
  for (const path of ["/swarms", ...PATHS]) w.host.group(path);
  const victims = new Set<string>();
  return all.flatMap(({ whom, group }, index) => {
    if (victims.has(whom)) return [];
    if (whom !== "bystander") victims.add(whom);
    const { pid, about } = VICTIMS[whom] ?? { ...BYSTANDER, pid: 5000 + index };
    w.host.process(pid, { ...about, cgroup: group });
    return [{ whom, group, key: `p:${pid}@${pid * 10}`, thread: thread(w, 6000 + index, pid, group) }];
  });
}

/** Who may never be met: told from the world, not by the code under test. */
function untouchable({ whom, group }: Placed): boolean {
  return whom !== "bystander" || group === VIP || group.startsWith(`${VIP}/`);
}

function isBelow(group: string, above: string): boolean {
  return group === above || group.startsWith(`${above}/`);
}

function askAndApprove(w: World, { kind, by, at }: Question, people: readonly Someone[]): boolean {
  const one = people[at % people.length];
  const group = PATHS[at % PATHS.length];
  assert.ok(one !== undefined && group !== undefined);
  const target = by === "group" ? `w:${group}` : by === "process" ? one.key : one.thread;
  const reached = by === "group" ? group : one.group;
  const single = kind === "kill.process";
  const forbidden =
    by === "thread" ||
    (single
      ? by === "group" || untouchable(one)
      : people.some((each) => untouchable(each) && isBelow(each.group, reached))) ||
    isBelow(reached, VIP) ||
    (!single && isBelow(VIP, reached));
  const before = traces(w);
  const decision = w.guard.decide(
    proposal(kind, target, valueFor(kind), kind.startsWith("exec.") ? { file: { dev: 7, ino: 7 } } : {}),
  );
  if (decision.approval !== undefined) w.guard.approve(decision.approval, "alice");
  if (!forbidden) return decision.outcome === "applied";
  assert.equal(decision.outcome, "refused", `${kind} on ${target}: ${decision.says}`);
  assert.equal(traces(w), before, `${kind} on ${target}`);
  return false;
}

test("framing: in any tree, whatever is asked for in any order and approved, whom nothing may touch is never met", () => {
  let applied = 0;
  const property = fc.property(
    fc.constantFrom(...MODES),
    fc.constantFrom(...SHAPES),
    placed,
    questions,
    (mode, shape, all, asked) => {
      const w = new World(widest(mode), shape);
      try {
        const people = populate(w, all);
        for (const question of asked) {
          if (askAndApprove(w, question, people)) applied++;
          // Nothing of an earlier answer is left to be blamed on the next.
          w.guard.revertAll("shutdown");
        }
        assert.ok(!w.host.access.killed.some((pid) => Object.values(VICTIMS).some((victim) => victim.pid === pid)));
      } finally {
        w.host.remove();
      }
    },
  );
  fc.assert(property, { seed: 20260104, numRuns: 30 });
  assert.ok(applied > 0, "others are met");
});
