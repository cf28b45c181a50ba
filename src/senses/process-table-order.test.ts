import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ProcessRecord } from "../core/agent.ts";
import { type ProcessRef, processKey } from "../core/entity.ts";
import type { EventBase, ExecDetails, SeenProcess, SensedEvent } from "../core/event.ts";
import { ProcessTable } from "./process-table.ts";

const CLONE_PARENT = 0x8000;
const INIT = { pid: 1, startTicks: 1 };

interface Living {
  readonly ref: ProcessRef;
  parent: ProcessRef;
  exe: number;
  uid: number;
  /** That only a v1 hierarchy names; 0: none. */
  container: number;
}

/** What a kernel that runs these steps tells: events from `attachAt` on, one look from `lookAt` on, a row for each step. */
function play(steps: readonly Step[], attachAt: number, lookAt: number): Told {
  const living = new Map<number, Living>([
    [1, { ref: INIT, parent: { pid: 0, startTicks: 0 }, exe: 1, uid: 0, container: 0 }],
  ]);
  const told: Told = { events: [], rows: [], living, forks: new Map(), all: new Set([processKey(INIT)]) };
  let unread: ProcessRef[] | undefined;
  let now = 10;
  let lookNs = 0;
  for (const step of [...steps, ...steps.map(() => undefined)]) {
    now += 10;
    if (now >= lookAt && unread === undefined) {
      lookNs = now;
      unread = [...living.values()].map(({ ref }) => ref);
    }
    const event = step && act(told, step, now);
    if (event !== undefined && now >= attachAt) told.events.push(event);
    const next = unread?.shift();
    const row = next && living.get(next.pid);
    if (row !== undefined && row.ref === next) told.rows.push(rowOf(row, now + 5, living));
  }
  const last = told.rows.at(-1);
  if (last !== undefined && unread?.length === 0) told.rows[told.rows.length - 1] = { ...last, lookNs };
  return told;
}

function act(told: Told, step: Step, now: number): SensedEvent | undefined {
  const { living } = told;
  const all = [...living.values()];
  const actor = all[step.who % all.length];
  if (actor === undefined) return undefined;
  if (step.what === "setuid") actor.uid = step.who % 3;
  if (step.what === "enter") actor.container = step.who % 3;
  const base = baseOf(actor, now);
  if (step.what === "exec") {
    actor.exe = 2 + (step.who % 3);
    const exe = { dev: 1, ino: actor.exe };
    const comm = `c${actor.exe}`;
    return {
      ...base,
      comm,
      kind: "exec",
      parent: actor.parent,
      path: `./${actor.exe}`,
      exe,
      ctimeMs: 0,
      mtimeMs: 0,
      details: detailsOf(actor.exe),
    };
  }
  if (step.what === "exit") {
    if (actor.ref.pid === 1) return undefined;
    living.delete(actor.ref.pid);
    for (const child of living.values()) if (child.parent === actor.ref) child.parent = INIT;
    return { ...base, kind: "exit", status: 0 };
  }
  if (step.what !== "fork") return undefined;
  const pid = [2, 3, 4, 5, 6, 7].map((n) => ((n + step.who) % 6) + 2).find((free) => !living.has(free));
  if (pid === undefined) return undefined;
  const ref = { pid, startTicks: now };
  const flags = step.who % 5 === 0 && actor.ref.pid !== 1 ? CLONE_PARENT : 0;
  living.set(pid, {
    ref,
    parent: flags === 0 ? actor.ref : actor.parent,
    exe: actor.exe,
    uid: actor.uid,
    container: actor.container,
  });
  told.forks.set(processKey(ref), processKey(actor.ref));
  told.all.add(processKey(ref));
  return { ...base, kind: "fork", child: ref, flags };
}

function baseOf(actor: Living, atNs: number): EventBase {
  return { atNs, process: actor.ref, comm: `c${actor.exe}`, uid: actor.uid, cgroupId: 0, cpuCgroupId: 0 };
}

function rowOf(actor: Living, atNs: number, living: ReadonlyMap<number, Living>): SeenProcess {
  const parent = living.get(actor.parent.pid)?.ref ?? { pid: 0, startTicks: 0 };
  const { ref, exe, uid, container } = actor;
  return {
    ...(container > 0 && { container: { runtime: "docker", id: String(container) } }),
    details: detailsOf(exe),
    process: ref,
    parent,
    comm: `c${exe}`,
    uid,
    path: `/bin/${exe}`,
    exe: { dev: 1, ino: exe },
    cgroup: "",
    atNs,
  };
}

function detailsOf(exe: number): ExecDetails {
  const caps = { effective: 0, permitted: 0, inheritable: 0 };
  const credentials = { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, loginUid: 0, caps };
  const traits = { upperLayer: false, memfd: false, deleted: false };
  const texts = { exePath: `/bin/${exe}`, argv: [`${exe}`], argvCut: false, cwd: "/", interpreter: "" };
  return { ...texts, tty: 0, sid: 0, credentials, traits };
}

/** The table after both streams, each in its own order, taken in turns as `turns` says. */
function taken(told: Told, turns: readonly boolean[]): ProcessTable {
  const table = new ProcessTable();
  const events = [...told.events];
  const rows = [...told.rows];
  for (const event of [...turns, ...Array<boolean>(events.length + rows.length).fill(true)]) {
    const next = event ? events.shift() : undefined;
    if (next !== undefined) table.apply(next, 0);
    else if (rows.length > 0) table.seed(rows.splice(0, 1), 0);
  }
  return table;
}

function records(told: Told, table: ProcessTable): (Partial<ProcessRecord> | undefined)[] {
  return [...told.all].map((key) => {
    const record = table.get(key);
    if (record === undefined) return undefined;
    const { parent, path, exe, uid, adopter, repaired, details, container } = record;
    return { key, parent, path, exe, uid, adopter, repaired, details, container, comm: path === "" ? "" : record.comm };
  });
}

interface Told {
  readonly events: SensedEvent[];
  readonly rows: SeenProcess[];
  readonly living: ReadonlyMap<number, Living> & Map<number, Living>;
  readonly forks: Map<string, string>;
  readonly all: Set<string>;
}

interface Step {
  readonly what: "fork" | "exec" | "exit" | "setuid" | "enter";
  readonly who: number;
}

const story = fc.record({
  steps: fc.array(fc.record({ what: fc.constantFrom("fork", "exec", "exit", "setuid", "enter"), who: fc.nat(100) }), {
    maxLength: 60,
  }),
  attachAt: fc.nat(200),
  lookAfter: fc.nat(200),
  turns: fc.array(fc.boolean(), { maxLength: 120 }),
});

test("property: whatever the order in which events and the look at procfs arrive, the table is the same in the end, and true", () => {
  fc.assert(
    fc.property(story, ({ steps, attachAt, lookAfter, turns }) => {
      const told = play(steps as Step[], attachAt, attachAt + lookAfter);
      const table = taken(told, turns);
      assert.deepEqual(records(told, table), records(told, taken(told, [])), "events first");
      const rowsFirst = Array<boolean>(told.rows.length).fill(false);
      assert.deepEqual(records(told, table), records(told, taken(told, rowsFirst)), "the look first");
      for (const { ref, exe } of told.living.values()) {
        const record = table.get(processKey(ref));
        assert.ok(record === undefined || record.path === "" || record.exe === `f:1:${exe}`);
        assert.ok(record?.repaired !== true);
        assert.deepEqual(record?.details?.argv ?? [], record?.exe ? [`${exe}`] : []);
      }
      // Who was told to have been forked has that parent, whoever has it now.
      for (const event of told.events) {
        if (event.kind !== "fork") continue;
        const child = processKey(event.child);
        assert.equal(table.get(child)?.parent, told.forks.get(child));
      }
      // After a minute only those that live are left.
      table.apply(
        {
          ...baseOf({ ref: { pid: 99, startTicks: 9 }, parent: INIT, exe: 1, uid: 0, container: 0 }, 1e9),
          kind: "exit",
          status: 0,
        },
        60_001,
      );
      const left = [...told.all].filter((key) => table.get(key) !== undefined);
      const living = new Set([...told.living.values()].map(({ ref }) => processKey(ref)));
      assert.deepEqual(
        left.filter((key) => !living.has(key)),
        [],
      );
    }),
    { seed: 11, numRuns: 3000 },
  );
});

test("after losses a second look brings what is missing, ends who is gone, and says so", () => {
  const table = new ProcessTable();
  const [a, b, c] = [2, 3, 4].map((pid) => ({
    ref: { pid, startTicks: pid },
    parent: INIT,
    exe: 2,
    uid: 0,
    container: 0,
  }));
  assert.ok(a && b && c);
  const living = new Map([a, b, c].map((each) => [each.ref.pid, each]));
  table.seed([rowOf(a, 10, living), { ...rowOf(b, 11, living), lookNs: 9 }], 0);
  assert.deepEqual(
    [a, b].map(({ ref }) => table.get(processKey(ref))?.repaired),
    [false, false],
  );
  // Lost meanwhile: the fork of c, the exit of b.
  table.seed([rowOf(a, 5e9, living), { ...rowOf(c, 5e9 + 1, living), lookNs: 5e9 - 1 }], 0);
  assert.deepEqual(
    [a, b, c].map(({ ref }) => table.get(processKey(ref))?.repaired),
    [false, true, true],
  );
  table.apply({ ...baseOf(a, 6e9), kind: "exit", status: 0 }, 60_001);
  assert.equal(table.get(processKey(b.ref)), undefined);
});
