import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { ActionKind, Decision, Mode } from "../core/action.ts";
import { AIMED_KINDS, hostile, reachOfKind, thread, traces, valueFor, VICTIMS, VIP } from "./framing.fixture.ts";
import { assertApplied, proposal, type World } from "./guard.fixture.ts";
import type { Shape } from "./host.fixture.ts";

const MODES: readonly Mode[] = ["observe", "advise", "enforce"];
const SHAPES: readonly Shape[] = ["v2", "v1", "hybrid"];
/** By what a group or a process that nothing may touch is refused; scope where the kind is not for a group, or a thread. */
const REFUSALS = ["SW-GUARD-PROTECTED", "SW-GUARD-SCOPE", "SW-GUARD-GONE", "SW-GUARD-KNOB"];
const FILE = { dev: 7, ino: 7 };

function ask(w: World, kind: ActionKind, target: string): Decision {
  return w.guard.decide(proposal(kind, target, valueFor(kind), kind.startsWith("exec.") ? { file: FILE } : {}));
}

/** Asks for every kind of action; none may do anything, nor be offered to a person, nor be said to be possible. */
function assertNever(w: World, target: string, whom: string): void {
  const before = traces(w);
  for (const kind of AIMED_KINDS) {
    const { outcome, code, says } = ask(w, kind, target);
    const about = `${kind} on ${target} (${whom}): ${outcome} ${code} ${says}`;
    assert.equal(outcome, "refused", about);
    assert.ok(REFUSALS.includes(code), about);
  }
  assert.deepEqual(w.guard.waiting(), []);
  assert.deepEqual(w.guard.leases(), []);
  assert.equal(traces(w), before, `${whom} by ${target}`);
}

/** Victim by victim, in a group of its own three levels down, named in every way there is. */
function frameEach(t: TestContext, mode: Mode, shape: Shape): void {
  const w = hostile(t, mode, shape);
  let tid = 3000;
  for (const [whom, { pid, about }] of Object.entries(VICTIMS)) {
    const above = w.host.group(`/swarms/v${pid}`, [4000 + pid]);
    const middle = w.host.group(`${above}/deep`);
    const cgroup = w.host.group(`${middle}/deeper`);
    w.host.process(pid, { ...about, cgroup });
    const groups = [above, middle, cgroup].map((path) => `w:${path}`);
    const itself = [`p:${pid}@${pid * 10}`, thread(w, ++tid, pid, cgroup)];
    for (const target of [...groups, ...itself]) assertNever(w, target, whom);
  }
}

for (const shape of SHAPES)
  for (const mode of MODES)
    test(`framing, ${shape}, ${mode}: whoever nothing may touch is not touched by any kind of action, by group, ancestor group, process or thread`, (t) =>
      frameEach(t, mode, shape));

test("framing: a group that the operator protects is safe with all around it, in any mode", (t) => {
  for (const mode of MODES) {
    const w = hostile(t, mode, "v2");
    w.host.group(VIP, [301]);
    w.host.group(`${VIP}/below`, [302]);
    for (const target of [`w:${VIP}`, `w:${VIP}/below`, "p:301@3010", "p:302@3020"]) assertNever(w, target, VIP);
    for (const kind of AIMED_KINDS) assert.equal(ask(w, kind, "w:/swarms").outcome, "refused", kind);
  }
});

test("framing: a pid that is another process by now, and things that are no process, lead nowhere", (t) => {
  for (const mode of MODES) {
    const w = hostile(t, mode, "v2");
    w.host.process(101, { cgroup: "/swarms/a", startTicks: 7777 });
    for (const target of [
      "p:101@1010",
      "p:1@1",
      "p:0@0",
      "p:900@1",
      "w:/",
      "w:/swarms/../..",
      "host",
      "f:7:7",
      "e:1.2.3.4|5",
    ])
      assertNever(w, target, "a stranger");
  }
});

test("framing: what is refused here is refused for whom it would meet: a group of others meets every kind", (t) => {
  for (const kind of AIMED_KINDS) {
    const w = hostile(t, "enforce", "v2");
    if (kind === "thaw") w.someoneWrites("cgroup.freeze", "1");
    const before = traces(w);
    assertApplied(ask(w, kind, reachOfKind(kind) === "process" ? "p:101@1010" : "w:/swarms/a"));
    // Reclaiming leaves nothing that a file would show.
    if (kind !== "memory.reclaim") assert.notEqual(traces(w), before, kind);
  }
});
