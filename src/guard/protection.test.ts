import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertApplied, assertRefused, configOf, ENFORCE, proposal, world } from "./guard.fixture.ts";
import { SimulatedHost } from "./host.fixture.ts";
import { checkProtected } from "./protection.ts";

test("rule 3: pid 1, kernel threads, the layer and its ancestors are never touched, however deep in the group", (t) => {
  const w = world(t);
  const inside = (pid: number, about: object): void => {
    const path = w.host.group(`/swarms/p${pid}/x/y`);
    w.host.group(`/swarms/p${pid}/x`);
    w.host.group(`/swarms/p${pid}`);
    w.host.process(pid, { cgroup: path, ...about });
    for (const kind of ["cpu.weight", "cpu.idle", "freeze"] as const)
      assertRefused(w.propose(kind, `/swarms/p${pid}`, 1), "SW-GUARD-PROTECTED");
  };
  inside(1, { ppid: 0 });
  inside(2, { flags: 0x00200000 });
  inside(900, { ppid: 899 });
  inside(899, { ppid: 1 });
});

test("rule 3: what the operator lists is never touched: groups by path, executables by path and by file", (t) => {
  const w = world(t);
  const binary = join(w.host.root, "sshd");
  const alias = join(w.host.root, "another-name");
  writeFileSync(binary, "");
  symlinkSync(binary, alias);
  const protect = { cgroups: ["/swarms/b/vip"], executables: [binary] };
  w.guard.reload(configOf({ ...ENFORCE, protect }));
  w.host.group("/swarms/b/vip", [301]);
  assertRefused(w.propose("freeze", "/swarms/b/vip", 1), "SW-GUARD-PROTECTED");
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-PROTECTED");
  for (const [index, exe] of [binary, alias, `${binary} (deleted)`].entries()) {
    const path = w.host.group(`/swarms/exe${index}`);
    w.host.process(400 + index, { cgroup: path, exe });
    assertRefused(w.propose("freeze", path, 1), "SW-GUARD-PROTECTED");
  }
  assertApplied(w.propose("freeze", "/swarms/a", 1));
});

test("rule 3: a group whose processes cannot all be identified is refused", (t) => {
  const w = world(t);
  const foreignNamespace = w.host.group("/swarms/ns");
  writeFileSync(join(w.host.dir("cpu", foreignNamespace) ?? "", "cgroup.procs"), "0\n");
  assertRefused(w.propose("freeze", foreignNamespace, 1), "SW-GUARD-PROTECTED");
  w.host.end(102);
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-PROTECTED");
  const wide = w.host.group("/swarms/wide");
  for (let i = 0; i < 4097; i++) mkdirSync(join(w.host.dir("cpu", wide) ?? "", String(i)));
  const tooMany = w.propose("freeze", wide, 1);
  assertRefused(tooMany, "SW-GUARD-PROTECTED");
  assert.match(tooMany.says, /more than 4096 groups/);
});

test("rule 3: a reused pid is never hit", (t) => {
  const w = world(t);
  const ask = () => w.guard.decide(proposal("freeze", "p:101@1010", 1));
  w.host.process(101, { cgroup: "/swarms/b", startTicks: 7777 });
  assertRefused(ask(), "SW-GUARD-GONE");
  w.host.end(101);
  assertRefused(ask(), "SW-GUARD-GONE");
  assert.equal(w.see("cgroup.freeze", "/swarms/a") + w.see("cgroup.freeze", "/swarms/b"), "00");
});

test("rule 3: a process is frozen with its group, and thawed again if it had left when the freeze took hold", (t) => {
  const w = world(t);
  assert.equal(assertApplied(w.guard.decide(proposal("freeze", "p:201@2010", 1))).cgroup, "/swarms/b");
  w.host.after = () => w.host.process(101, { cgroup: "/swarms/b" });
  assertRefused(w.guard.decide(proposal("freeze", "p:101@1010", 1)), "SW-GUARD-GONE");
  assert.equal(w.see("cgroup.freeze"), "0");
  w.host.after = () => w.host.process(900, { ppid: 899, cgroup: "/swarms/a" });
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-PROTECTED");
  assert.equal(w.see("cgroup.freeze"), "0");
  w.verify();
});

test("rule 3: a change ends at once when a protected process comes into its group", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.host.process(900, { ppid: 899, cgroup: "/swarms/a" });
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-PROTECTED");
  assert.equal(w.see("cgroup.freeze"), "0");
  assert.deepEqual(
    w.released.map((each) => [each.action, each.cause, each.written]),
    [[action, "policy", true]],
  );
});

test("pid 1 is protected for itself, not only as an ancestor of the layer", (t) => {
  const host = new SimulatedHost();
  t.after(() => host.remove());
  const check = (pid: number): string => {
    const world = { config: configOf({}), procRoot: host.procRoot, own: [], stillThere: () => true };
    const verdict = checkProtected(world, { groups: ["/swarms"], pids: [pid] });
    return verdict.ok ? "" : verdict.says;
  };
  host.process(7);
  assert.equal(check(7), "");
  assert.equal(check(1), "process 1 is the init process");
  assert.match(check(0), /another pid namespace/);
});

test("where executables are protected, a process that does not show what it runs is refused, a zombie is not", (t) => {
  const host = new SimulatedHost();
  t.after(() => host.remove());
  const config = configOf({ protect: { executables: ["/usr/sbin/sshd"] } });
  const check = (pid: number): boolean =>
    checkProtected(
      { config, procRoot: host.procRoot, own: [], stillThere: () => true },
      { groups: ["/swarms"], pids: [pid] },
    ).ok;
  host.process(7);
  host.process(8, { exe: "" });
  host.process(9, { exe: "", state: "Z" });
  assert.deepEqual([7, 8, 9].map(check), [true, false, true]);
});
