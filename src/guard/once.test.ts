import assert from "node:assert/strict";
import { test } from "node:test";
import { configSchema } from "../core/config.ts";
import { assertApplied, assertRefused, ENFORCE, world } from "./guard.fixture.ts";
import { explainChange } from "./story.ts";

/** What is done once: ends of processes and groups, thaws, memory reclaimed. */
const NAMED = {
  actions: {
    "kill.cgroup": { mode: "enforce" },
    "kill.process": { mode: "enforce" },
    thaw: { mode: "enforce" },
    "memory.reclaim": { mode: "enforce" },
  },
};
const KILLS = {
  ...ENFORCE,
  ...NAMED,
  budget: { shareOfScope: 1, containmentsPerHour: 100, killsPerHour: 2, killShareOfScope: 1 },
};

for (const shape of ["v2", "v1", "hybrid"] as const) {
  test(`${shape}: a group is ended, journaled, and leaves no lease, no frozen group and nothing to restore`, (t) => {
    const w = world(t, KILLS, shape);
    const decision = assertApplied(w.propose("kill.cgroup", "/swarms/a", 1));
    assert.match(decision.says, /once; every process of the group has ended$/);
    const story = w.guard.explain(decision.action);
    assert.ok(story);
    const told = Object.fromEntries(explainChange(story).lines.map(({ label, text }) => [label, text]));
    assert.equal(told["undo"], "nothing to undo");
    assert.match(told["until"] ?? "", /^done once: every process/);
    assert.deepEqual(w.host.processes("freezer", "/swarms/a", true), []);
    assert.deepEqual(w.host.processes("freezer", "/swarms/b", true), [201, 202]);
    assert.deepEqual(w.guard.leases(), []);
    assert.equal(w.see(shape === "v1" ? "freezer.self_freezing" : "cgroup.freeze"), "0");
    const restored = w.restore();
    assert.deepEqual(restored.ok && restored.value, []);
    w.verify();
  });

  test(`${shape}: one process is ended by pid and start time, the others stay, and another of its pid is not met`, (t) => {
    const w = world(t, KILLS, shape);
    const target = { target: "p:101@1010" };
    assertApplied(w.propose("kill.process", "/swarms/a", 1, target));
    assert.deepEqual(w.host.access.killed, [101]);
    assertRefused(w.propose("kill.process", "/swarms/a", 1, { target: "p:102@1" }), "SW-GUARD-GONE");
    assertRefused(w.propose("kill.process", "/swarms/a", 1), "SW-GUARD-SCOPE");
    assert.deepEqual(w.host.access.killed, [101]);
  });
}

test("a protected process is not ended, nor a group that holds it, but its neighbours may be", (t) => {
  const w = world(t, { ...KILLS, protect: { executables: ["/usr/sbin/sshd"] } });
  w.host.process(102, { cgroup: "/swarms/a", exe: "/usr/sbin/sshd" });
  assertRefused(w.propose("kill.cgroup", "/swarms/a", 1), "SW-GUARD-PROTECTED");
  assertRefused(w.propose("kill.process", "/swarms/a", 1, { target: "p:102@1020" }), "SW-GUARD-PROTECTED");
  assertApplied(w.propose("kill.process", "/swarms/a", 1, { target: "p:101@1010" }));
});

test("who comes into the group between the judgement and the end is judged too: protected, nobody dies and the group goes on", (t) => {
  const w = world(t, { ...KILLS, protect: { executables: ["/usr/sbin/sshd"] } });
  w.host.after = (file, text) => {
    if (file === "cgroup.freeze" && text === "1") w.host.process(103, { cgroup: "/swarms/a", exe: "/usr/sbin/sshd" });
  };
  assertRefused(w.propose("kill.cgroup", "/swarms/a", 1), "SW-GUARD-PROTECTED");
  assert.deepEqual(w.host.processes("freezer", "/swarms/a"), [101, 102, 103]);
  assert.equal(w.see("cgroup.freeze"), "0");
});

test("a crash while the group stands still for its end leaves it running after the restore", (t) => {
  const w = world(t, KILLS);
  w.host.fault = (file) => {
    if (file === "cgroup.kill") throw new Error("killed here");
    return undefined;
  };
  assert.throws(() => w.propose("kill.cgroup", "/swarms/a", 1), /killed here/);
  w.host.fault = () => undefined;
  // As after kill -9: the group is frozen, and the journal holds an intent without a result.
  w.host.foreign("freezer", "/swarms/a", "cgroup.freeze", "1");
  const restored = w.restore();
  assert.deepEqual(restored.ok && restored.value.map(({ written }) => written), [true]);
  assert.equal(w.see("cgroup.freeze"), "0");
  w.verify();
});

test("ends have a budget of their own in number and share, across restarts, beside that of containments", (t) => {
  const w = world(t, KILLS);
  for (const pid of [101, 102]) assertApplied(w.propose("kill.process", "", 1, { target: `p:${pid}@${pid * 10}` }));
  assertRefused(w.propose("kill.process", "", 1, { target: "p:201@2010" }), "SW-GUARD-BUDGET");
  w.guard.revertAll("shutdown");
  w.restart(KILLS);
  assertRefused(w.propose("kill.process", "", 1, { target: "p:201@2010" }), "SW-GUARD-BUDGET");
  assertApplied(w.propose("freeze", "/swarms/b", 1));
  w.clock.advance(3_600_000);
  w.guard.expire();
  assertApplied(w.propose("kill.process", "", 1, { target: "p:201@2010" }));
  const small = world(t, { ...KILLS, budget: { ...KILLS.budget, killShareOfScope: 0.4 } });
  assertRefused(small.propose("kill.cgroup", "/swarms/a", 1), "SW-GUARD-BUDGET");
  assertApplied(small.propose("kill.process", "", 1, { target: "p:101@1010" }));
});

test("a million asked for, the configured few done", (t) => {
  const w = world(t, KILLS);
  w.host.group(
    "/swarms/many",
    Array.from({ length: 50 }, (_, index) => 1000 + index),
  );
  for (let pid = 1000; pid < 1050; pid++) w.propose("kill.process", "", 1, { target: `p:${pid}@${pid * 10}` });
  assert.equal(w.host.access.killed.length, 2);
});

test("a thaw lets go on what somebody else froze, once; nothing freezes it again", (t) => {
  const w = world(t, KILLS);
  w.someoneWrites("cgroup.freeze", "1");
  assertApplied(w.propose("thaw", "/swarms/a", 1));
  assert.equal(w.see("cgroup.freeze"), "0");
  w.clock.advance(3_600_000);
  assert.deepEqual(w.guard.expire(), []);
  assert.equal(w.see("cgroup.freeze"), "0");
});

test("a freeze of the layer's own is undone, not thawed", (t) => {
  const w = world(t, KILLS);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  assertRefused(w.propose("thaw", "/swarms/a", 1), "SW-GUARD-KNOB");
  assert.equal(w.see("cgroup.freeze"), "1");
});

test("memory is reclaimed in portions, once, and less than asked for is said and no failure", (t) => {
  const w = world(t, KILLS);
  const written: string[] = [];
  w.host.fault = (file, text) => {
    if (file !== "memory.reclaim") return undefined;
    written.push(text);
    w.someoneWrites("memory.current", "52428800");
    return written.length === 3 ? "EAGAIN" : undefined;
  };
  const { says } = assertApplied(w.propose("memory.reclaim", "/swarms/a", 64));
  assert.deepEqual(written, ["8388608", "8388608", "8388608"]);
  assert.match(says, /the group went from 100 to 50 MiB$/);
  assert.deepEqual(w.guard.leases(), []);
});

test("no new kind is more than observed unless the configuration names it, whatever the mode", (t) => {
  const w = world(t, { ...ENFORCE, colonies: { immune: { mode: "enforce" }, balance: { mode: "enforce" } } });
  for (const [kind, value, target] of [
    ["kill.cgroup", 1, "w:/swarms/a"],
    ["kill.process", 1, "p:101@1010"],
    ["net.deny", 1, "w:/swarms/a"],
    ["exec.kill", 1, "p:101@1010"],
    ["cpu.max", 50, "w:/swarms/a"],
    ["sched.nice", 5, "w:/swarms/a"],
    ["io.max", 4096, "w:/swarms/a"],
  ] as const) {
    const config = { file: { dev: 1, ino: 7 } };
    const budget = w.propose(kind, "", value, { target, ...config });
    assert.ok(["observed", "refused"].includes(budget.outcome), `${kind} ${budget.outcome}`);
    if (budget.outcome === "refused") assert.equal(budget.code, "SW-GUARD-BUDGET", kind);
  }
  assert.deepEqual(w.host.access.killed, []);
  assert.equal(configSchema.parse({}).budget.killsPerHour, 2);
});
