import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../core/entity.ts";
import type { SeenProcess, SensedEvent } from "../core/event.ts";
import { ProcessTable } from "../senses/process-table.ts";
import { OWN, OwnProcesses } from "./own-processes.ts";

const WARDEN = 500;

function ref(pid: number, startTicks = pid): ProcessRef {
  return { pid, startTicks };
}

function base(
  process: ProcessRef,
): Pick<SensedEvent, "atNs" | "process" | "comm" | "uid" | "cgroupId" | "cpuCgroupId"> {
  return { atNs: 0, process, comm: "x", uid: 0, cgroupId: 1, cpuCgroupId: 1 };
}

function fork(parent: ProcessRef, child: ProcessRef): SensedEvent {
  return { kind: "fork", ...base(parent), child };
}

function exec(process: ProcessRef, parent: ProcessRef): SensedEvent {
  const file = { path: "/bin/x", exe: { dev: 1, ino: 1 }, ctimeMs: 0, mtimeMs: 0 };
  return { kind: "exec", ...base(process), parent, ...file };
}

function connect(process: ProcessRef): SensedEvent {
  return { kind: "connect", ...base(process), family: "ipv4", to: { address: "10.0.0.1", port: 1 } };
}

function exit(process: ProcessRef): SensedEvent {
  return { kind: "exit", ...base(process), status: 0 };
}

function seen(process: ProcessRef, parent: ProcessRef): SeenProcess {
  return { process, parent, comm: "x", uid: 0, path: "/bin/x", exe: { dev: 1, ino: 1 }, cgroup: "/" };
}

function layerOf(wardenPid = WARDEN) {
  const table = new ProcessTable();
  const own = new OwnProcesses(wardenPid, table);
  const did = (event: SensedEvent): boolean => {
    table.apply(event, 0);
    return own.did(event);
  };
  const takeSeen = (...all: SeenProcess[]): void => {
    table.seed(all, 0);
    own.takeSeen(all);
  };
  return { did, takeSeen };
}

test("what the warden does is own, and what its children and theirs do, to any depth", () => {
  const { did } = layerOf();
  assert.equal(did(fork(ref(WARDEN), ref(501))), true);
  for (let pid = 501; pid < 560; pid++) assert.equal(did(fork(ref(pid), ref(pid + 1))), true);
  assert.equal(did(connect(ref(560))), true);
  assert.equal(did(exec(ref(560), ref(559))), true);
});

test("what others do is not own, nor what started the warden, nor another process under an own one's pid", () => {
  const { did } = layerOf();
  did(fork(ref(1), ref(WARDEN)));
  did(fork(ref(WARDEN), ref(501)));
  assert.equal(did(connect(ref(1))), false);
  assert.equal(did(fork(ref(1), ref(600))), false);
  assert.equal(did(connect(ref(600))), false);
  assert.equal(did(connect(ref(501, 9999))), false);
});

test("those that ran before are own by their place in the tree, in whatever order they are told", () => {
  const { did, takeSeen } = layerOf();
  takeSeen(seen(ref(502), ref(501)), seen(ref(501), ref(WARDEN)), seen(ref(WARDEN), ref(1)), seen(ref(9), ref(1)));
  assert.equal(did(connect(ref(502))), true);
  assert.equal(did(connect(ref(501))), true);
  assert.equal(did(connect(ref(9))), false);
});

test("where the fork is lost, the exec tells", () => {
  const { did } = layerOf();
  assert.equal(did(exec(ref(501), ref(WARDEN))), true);
  assert.equal(did(connect(ref(501))), true);
});

test("the last words of a process come after its exit", () => {
  const { did } = layerOf();
  did(fork(ref(WARDEN), ref(501)));
  did(exit(ref(501)));
  assert.equal(did(connect(ref(501))), true);
});

test("stays right and bounded however many it starts, even where their ends are lost", () => {
  const { did } = layerOf();
  did(fork(ref(WARDEN), ref(501)));
  for (let i = 0; i < 3 * OWN.processes; i++) {
    const child = ref(1000 + i);
    did(fork(ref(501), child));
    if (i % 2 === 0) did(exit(child));
  }
  assert.equal(did(fork(ref(501), ref(502))), true);
  assert.equal(did(connect(ref(502))), true);
});

test("without a warden nothing is own: a recording holds nothing of the layer", () => {
  const { did } = layerOf(0);
  assert.equal(did(fork(ref(0), ref(7))), false);
  assert.equal(did(connect(ref(7))), false);
});
