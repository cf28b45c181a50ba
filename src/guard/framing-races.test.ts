import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActionKind } from "../core/action.ts";
import { fileOf } from "../kernel/file-ref.ts";
import { AIMED_KINDS, hostile, traces, valueFor, VICTIMS, widest } from "./framing.fixture.ts";
import { assertApplied, assertRefused, proposal, type World, world } from "./guard.fixture.ts";

/** Kinds that last, by whether a test can act at the moment of their write. */
const LASTING: readonly ActionKind[] = [
  "cpu.weight",
  "cpu.idle",
  "cpu.max",
  "memory.high",
  "memory.low",
  "io.weight",
  "io.max",
  "sched.slice",
  "sched.nice",
  "freeze",
  "net.deny",
];

/** Kinds that are done once: nothing is left to take back, so the last look is before the write. */
const ONCE: readonly ActionKind[] = ["thaw", "memory.reclaim", "kill.cgroup"];
/** Kinds with tests of their own: one ends a process, two refuse a file, whoever runs it, one moves processes (adopt.test.ts). */
const OTHERS: readonly string[] = ["kill.process", "exec.deny", "exec.kill", "adopt"];

test("framing: no kind of action that is aimed at somebody is left out of these races", () => {
  const raced: readonly string[] = [...LASTING, ...ONCE, ...OTHERS];
  assert.deepEqual(
    AIMED_KINDS.filter((kind) => !raced.includes(kind)),
    [],
  );
});

test("framing: what is done once is not done where somebody came in whom nothing may touch, after the judgement", (t) => {
  for (const kind of ONCE)
    for (const [whom, { pid, about }] of Object.entries(VICTIMS)) {
      const w = hostile(t, "enforce", "v2");
      if (kind === "thaw") w.someoneWrites("cgroup.freeze", "1");
      const before = traces(w);
      // The intent is written then, and judged by all that comes before it.
      w.journalFault = (operation) => {
        if (operation === "write") w.host.process(pid, { ...about, cgroup: "/swarms/a" });
        return undefined;
      };
      const decision = w.propose(kind, "/swarms/a", valueFor(kind));
      assert.equal(decision.code, "SW-GUARD-PROTECTED", `${kind}, ${whom}: ${decision.says}`);
      assert.equal(traces(w), before, `${kind}, ${whom}`);
      w.host.remove();
    }
});

test("framing: an executable that somebody protected runs is refused to nobody, by whatever group or process it is asked for", (t) => {
  const vital = process.execPath;
  const file = fileOf(vital);
  assert.ok(file);
  for (const mode of ["observe", "advise", "enforce"] as const) {
    const w = world(t, { ...widest(mode), protect: { cgroups: [], executables: [vital] } });
    w.host.process(103, { exe: vital, cgroup: "/swarms/a" });
    const before = traces(w);
    for (const kind of ["exec.deny", "exec.kill"] as const)
      for (const target of ["w:/swarms/a", "w:/swarms/b", "p:103@1030", "p:201@2010"])
        assertRefused(w.guard.decide(proposal(kind, target, 1, { file })), "SW-GUARD-PROTECTED");
    assert.equal(traces(w), before, mode);
  }
});

/** Runs once, at the first thing that the guard writes from now on. */
function atNextWrite(w: World, what: () => void): void {
  let done = false;
  const once = (): undefined => {
    if (done) return undefined;
    done = true;
    what();
    return undefined;
  };
  w.host.fault = once;
  w.host.access.onSchedule = once;
  const { net } = w.host.access;
  const deny = net.deny.bind(net);
  net.deny = (...args) => {
    once();
    return deny(...args);
  };
}

test("framing: who comes in at the very moment of the write is let go before anything else happens", (t) => {
  for (const kind of LASTING)
    for (const [whom, { pid, about }] of Object.entries(VICTIMS)) {
      const w = hostile(t, "enforce", "v2");
      const before = traces(w);
      atNextWrite(w, () => w.host.process(pid, { ...about, cgroup: "/swarms/a" }));
      const decision = w.propose(kind, "/swarms/a", valueFor(kind));
      assert.equal(decision.code, "SW-GUARD-PROTECTED", `${kind}, ${whom}: ${decision.says}`);
      assert.equal(traces(w), before, `${kind}, ${whom}`);
      assert.deepEqual(w.guard.leases(), []);
      w.verify();
      w.host.remove();
    }
});

test("framing: a process that becomes what nothing may touch, at the moment of its end, lives", (t) => {
  const w = hostile(t, "enforce", "v2");
  const { processes } = w.host.access;
  let asked = 0;
  Object.assign(w.host.access, {
    processes: {
      kill: (ref: { readonly pid: number }) => {
        asked++;
        return processes.kill(ref);
      },
    },
  });
  // The intent is on the disk by now: what follows is the last look.
  w.journalFault = (operation) => {
    if (operation === "write") w.host.process(101, { ...VICTIMS["sshd"]?.about, cgroup: "/swarms/a" });
    return undefined;
  };
  assertRefused(w.guard.decide(proposal("kill.process", "p:101@1010", 1)), "SW-GUARD-PROTECTED");
  assert.equal(asked, 0);
});

test("framing: a change in force ends at its next renewal where somebody came in whom nothing may touch, whatever its kind", (t) => {
  for (const kind of LASTING) {
    const w = hostile(t, "enforce", "v2");
    const before = traces(w);
    assertApplied(w.propose(kind, "/swarms/a", valueFor(kind)));
    w.host.process(700, { ...VICTIMS["sshd"]?.about, cgroup: "/swarms/a" });
    assertRefused(w.propose(kind, "/swarms/a", valueFor(kind)), "SW-GUARD-PROTECTED");
    assert.equal(traces(w), before, kind);
    w.host.remove();
  }
});
