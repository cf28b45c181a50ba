import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type ProcessRef, processKey } from "../core/entity.ts";
import type { EventBase, SeenProcess, SensedEvent } from "../core/event.ts";
import { ProcessTable } from "./process-table.ts";

const shell = ref(10, 100);

test("a child inherits from its parent, and exec replaces what it runs", () => {
  const table = new ProcessTable();
  table.apply(execOf(shell, "/bin/bash", 5), 1000);
  const child = ref(11, 101);
  table.apply({ ...base(shell, "bash"), kind: "fork", child }, 2000);
  const forked = table.get(processKey(child));
  assert.deepEqual(
    [forked?.path, forked?.exe, forked?.comm, forked?.parent, forked?.sinceMs],
    ["/bin/bash", "f:1:5", "bash", processKey(shell), 2000],
  );
  table.apply(execOf(child, "/usr/bin/curl", 6), 3000);
  const record = table.get(processKey(child));
  assert.deepEqual([record?.path, record?.exe, record?.parent], ["/usr/bin/curl", "f:1:6", processKey(shell)]);
  assert.equal(table.get(processKey(shell))?.path, "/bin/bash");
});

test("a process keeps the name that it was started under, whatever its threads call themselves", () => {
  const table = new ProcessTable();
  table.apply(execOf(shell, "/usr/bin/node", 5), 1000);
  const child = ref(11, 101);
  table.apply({ ...base(shell, "SignalInspector"), kind: "fork", child }, 2000);
  assert.deepEqual([table.get(processKey(shell))?.comm, table.get(processKey(child))?.comm], ["node", "node"]);
  table.apply(execOf(shell, "/usr/bin/deno", 6), 3000);
  assert.equal(table.get(processKey(shell))?.comm, "deno");
});

test("an ended process is known for 60 s, then gone", () => {
  const table = new ProcessTable();
  table.apply({ ...base(shell, "bash"), kind: "exit", status: 0 }, 1000);
  table.apply(execOf(ref(20, 200), "/bin/true", 1), 61_000);
  assert.ok(table.get(processKey(shell)));
  table.apply(execOf(ref(20, 200), "/bin/true", 1), 61_001);
  assert.equal(table.get(processKey(shell)), undefined);
});

test("the parent by fork is kept when an orphan executes under its adopter", () => {
  const table = new ProcessTable();
  const child = ref(11, 101);
  table.apply({ ...base(shell, "bash"), kind: "fork", child }, 0);
  table.apply({ ...base(shell, "bash"), kind: "exit", status: 0 }, 0);
  table.apply({ ...execOf(child, "/tmp/x", 9), parent: ref(1, 1) }, 0);
  assert.equal(table.get(processKey(child))?.parent, processKey(shell));
});

test("where the fork was lost, the exec's parent stands in", () => {
  const table = new ProcessTable();
  table.apply({ ...execOf(ref(11, 101), "/tmp/x", 9), parent: shell }, 0);
  assert.equal(table.get("p:11@101")?.parent, processKey(shell));
});

test("a reused pid is another process, with other ancestors", () => {
  const table = new ProcessTable();
  table.apply({ ...base(shell, "bash"), kind: "fork", child: ref(11, 101) }, 0);
  table.apply({ ...base(ref(50, 50), "cron"), kind: "fork", child: ref(11, 900) }, 0);
  assert.deepEqual(keys(table, "p:11@101"), ["p:11@101", "p:10@100"]);
  assert.deepEqual(keys(table, "p:11@900"), ["p:11@900", "p:50@50"]);
});

test("a pid that comes again ends its former holder, whose exit was lost", () => {
  const table = new ProcessTable();
  table.apply(execOf(ref(11, 101), "/a", 1), 0);
  table.apply(execOf(ref(11, 900), "/b", 1), 0);
  table.apply(execOf(shell, "/c", 1), 60_001);
  assert.deepEqual(known(table, [ref(11, 101), ref(11, 900)]), [false, true]);
});

test("a late word on a former holder of a pid does not end the present one", () => {
  const table = new ProcessTable();
  table.apply(execOf(ref(11, 900), "/b", 1), 0);
  table.apply(execOf(ref(11, 101), "/a", 1), 0);
  table.apply(execOf(shell, "/c", 1), 60_001);
  assert.deepEqual(known(table, [ref(11, 101), ref(11, 900)]), [false, true]);
});

test("lineage has at most 16 steps, the process itself first", () => {
  const table = new ProcessTable();
  for (let i = 0; i < 30; i++) {
    table.apply({ ...base(ref(100 + i, i + 1), "sh"), kind: "fork", child: ref(101 + i, i + 2) }, 0);
  }
  const lineage = keys(table, "p:130@31");
  assert.equal(lineage.length, 16);
  assert.equal(lineage[0], "p:130@31");
  assert.equal(lineage[15], "p:115@16");
});

test("a table full of circles still answers", () => {
  const table = new ProcessTable();
  table.seed([seenOf(ref(1, 1), ref(2, 2)), seenOf(ref(2, 2), ref(1, 1))], 0);
  assert.equal(table.lineage("p:1@1").length, 16);
});

test("a seed fills gaps, and yields to an event that came later", () => {
  const table = new ProcessTable();
  table.apply({ ...execOf(shell, "/bin/new", 5), atNs: 2000 }, 0);
  table.seed([{ ...seenOf(shell, ref(1, 1)), path: "/bin/old", cgroup: "/a", atNs: 1000 }], 0);
  const record = table.get(processKey(shell));
  assert.deepEqual([record?.path, record?.parent, record?.cgroup], ["/bin/new", "p:1@1", "/a"]);
  table.seed([{ ...seenOf(shell, ref(1, 1)), path: "/bin/newer", exe: { dev: 1, ino: 5 }, atNs: 3000 }], 0);
  assert.equal(table.get(processKey(shell))?.path, "/bin/new", "procfs shows the same file");
  table.seed([{ ...seenOf(shell, ref(1, 1)), path: "/bin/newer", exe: { dev: 1, ino: 6 }, atNs: 4000 }], 0);
  assert.deepEqual(
    [table.get(processKey(shell))?.path, table.get(processKey(shell))?.repaired],
    ["/bin/newer", true],
    "an exec was lost",
  );
});

test("a cgroup path from procfs is dropped once the process is known to be elsewhere", () => {
  const paths = new Map([[8, "/b"]]);
  const table = new ProcessTable({ cgroupPath: (id) => paths.get(id) });
  table.seed([{ ...seenOf(shell, ref(1, 1)), cgroup: "/a" }], 0);
  const at = (cgroupId: number): string | undefined => {
    table.apply({ ...execOf(shell, "/bin/sh", 1), cgroupId }, 1);
    return table.get(processKey(shell))?.cgroup;
  };
  assert.equal(at(7), "/a");
  assert.equal(at(8), "/b");
  assert.equal(at(9), "");
  assert.equal(at(1), "/");
});

test("a group that one program names is named for all in it, whoever was there first", () => {
  const table = new ProcessTable();
  const group = { cgroupId: 7, cgroup: `/docker/${"a".repeat(64)}` };
  const [other, third] = [ref(20, 200), ref(21, 201)];
  for (const process of [shell, third])
    table.apply({ ...base(process, "x"), cgroupId: 7, kind: "fork", child: ref(30, 300) }, 0);
  table.apply({ ...execOf(other, "/bin/a", 1), ...group }, 0);
  table.apply({ ...execOf(shell, "/bin/b", 2), ...group }, 0);
  table.apply({ ...base(third, "x"), cgroupId: 7, kind: "fork", child: ref(31, 300) }, 0);
  for (const process of [shell, other, third]) {
    const record = table.get(processKey(process));
    assert.deepEqual([record?.cgroup, record?.container?.runtime], [group.cgroup, "docker"]);
  }
  // A name that was cut is none.
  table.apply({ ...execOf(ref(40, 400), "/bin/a", 1), cgroupId: 8, cgroup: ".../x" }, 0);
  assert.equal(table.get("p:40@400")?.cgroup, "");
});

test("the bound drops the oldest exited first, then the oldest", () => {
  const table = new ProcessTable({ limit: 3 });
  const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((pid) => ref(pid, pid));
  for (const process of [a!, b!, c!]) table.apply(execOf(process, "/x", 1), 0);
  table.apply({ ...base(b!, "x"), kind: "exit", status: 0 }, 0);
  table.apply(execOf(d!, "/x", 1), 0);
  assert.deepEqual(known(table, [a!, b!, c!, d!]), [true, false, true, true]);
  table.apply(execOf(e!, "/x", 1), 0);
  assert.deepEqual(known(table, [a!, c!, d!, e!]), [false, true, true, true]);
});

/** The kernel's side of the story: processes fork, execute and end; pids are few, so they come again soon. */
interface Model {
  readonly alive: Map<number, { ref: ProcessRef; parent: string; path: string }>;
  readonly all: Map<string, { parent: string; path: string }>;
}

const step = fc.record({ what: fc.constantFrom("fork", "exec", "exit"), who: fc.nat(), lost: fc.nat(9) });

test("property: over any forks, execs, exits and pid reuse, records and lineages are the kernel's", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const table = new ProcessTable();
      const model = play(steps, (event) => table.apply(event, 0), false);
      for (const [key, { parent, path }] of model.all) {
        assert.equal(table.get(key)?.path, path);
        assert.equal(table.get(key)?.parent, parent);
        assert.deepEqual(keys(table, key), ancestors(model, key));
      }
    }),
  );
});

test("property: with events lost, every link that is shown is a true one, and the bound holds", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const table = new ProcessTable({ limit: 16 });
      const model = play(
        steps,
        (event) => {
          table.apply(event, 0);
          assert.ok(table.size <= 16);
        },
        true,
      );
      for (const key of model.all.keys()) {
        const lineage = keys(table, key);
        assert.deepEqual(lineage, ancestors(model, key).slice(0, lineage.length));
      }
    }),
  );
});

function play(
  steps: readonly { what: string; who: number; lost: number }[],
  emit: (event: SensedEvent) => void,
  loses: boolean,
): Model {
  const root = ref(1, 1);
  const model: Model = { alive: new Map([[1, { ref: root, parent: "", path: "/init" }]]), all: new Map() };
  emit({ ...execOf(root, "/init", 1), parent: ref(0, 0) });
  model.all.set(processKey(root), { parent: "", path: "/init" });
  let ticks = 1;
  for (const { what, who, lost } of steps) {
    ticks++;
    const living = [...model.alive.values()];
    const actor = living[who % living.length]!;
    const event = act(model, actor, what, ticks, who);
    if (event !== undefined && !(loses && lost < 3)) emit(event);
  }
  return model;
}

function act(
  model: Model,
  actor: { ref: ProcessRef; parent: string; path: string },
  what: string,
  ticks: number,
  who: number,
): SensedEvent | undefined {
  const key = processKey(actor.ref);
  if (what === "exec") {
    actor.path = `/bin/p${ticks}`;
    model.all.set(key, { parent: actor.parent, path: actor.path });
    const parent = /^p:(\d+)@(\d+)$/.exec(actor.parent);
    return { ...execOf(actor.ref, actor.path, ticks), parent: parent ? ref(+parent[1]!, +parent[2]!) : ref(0, 0) };
  }
  if (what === "exit") {
    if (actor.ref.pid === 1) return undefined;
    model.alive.delete(actor.ref.pid);
    return { ...base(actor.ref, "x"), kind: "exit", status: 0 };
  }
  const pid = [2, 3, 4, 5, 6].map((n) => ((n + who) % 5) + 2).find((free) => !model.alive.has(free));
  if (pid === undefined) return undefined;
  const child = ref(pid, ticks);
  model.alive.set(pid, { ref: child, parent: key, path: actor.path });
  model.all.set(processKey(child), { parent: key, path: actor.path });
  return { ...base(actor.ref, "x"), kind: "fork", child };
}

function ancestors(model: Model, key: string): string[] {
  const chain: string[] = [];
  for (let at: string | undefined = key; at !== undefined && at !== "" && chain.length < 16;) {
    chain.push(at);
    at = model.all.get(at)?.parent;
  }
  return chain;
}

function keys(table: ProcessTable, key: string): string[] {
  return table.lineage(key).map(({ process }) => process);
}

function known(table: ProcessTable, refs: readonly ProcessRef[]): boolean[] {
  return refs.map((each) => table.get(processKey(each)) !== undefined);
}

function ref(pid: number, startTicks: number): ProcessRef {
  return { pid, startTicks };
}

function base(process: ProcessRef, comm: string): EventBase {
  return { atNs: 0, process, comm, uid: 0, cgroupId: 0, cpuCgroupId: 0 };
}

function execOf(process: ProcessRef, path: string, ino: number): Extract<SensedEvent, { kind: "exec" }> {
  const comm = path.slice(path.lastIndexOf("/") + 1);
  const parent = ref(0, 0);
  return { ...base(process, comm), kind: "exec", parent, path, exe: { dev: 1, ino }, ctimeMs: 0, mtimeMs: 0 };
}

function seenOf(process: ProcessRef, parent: ProcessRef): SeenProcess {
  return { process, parent, comm: "x", uid: 0, path: "/x", exe: { dev: 1, ino: 1 }, cgroup: "" };
}
