import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventKind } from "../core/event-kinds.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { type KernelSenses, startKernelSenses } from "./kernel-senses.ts";
import type { GroupDelta } from "./sampler-ports.ts";
import { SensorMeter } from "./sampler-sensors.ts";

interface Acted {
  readonly senses: KernelSenses;
  readonly acts: GroupDelta | undefined;
  readonly id: number;
  readonly meter: SensorMeter;
}

/** Runs a program in a cgroup of its own, from its first byte of input to its end, and looks at what was counted. */
async function acting(t: TestContext, wants: readonly EventKind[], program: string, look: (acted: Acted) => void) {
  const feature = probeBpfFeatures().find(({ name }) => name === "ebpf.cgroup");
  if (feature?.available !== true) return t.skip(`needs ebpf.cgroup (${feature?.found})`);
  const { cpu } = probeCgroupLayout();
  if (cpu === undefined) return t.skip("needs the cpu controller");
  const dir = join(cpu.dir, `swarms-test-acts-${process.pid}`);
  mkdirSync(dir);
  const senses = startKernelSenses({
    wants,
    runq: true,
    onRecords: () => undefined,
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  const whenTold = `process.stdin.once("data", () => {${program}});`;
  const child = spawn(process.execPath, ["-e", whenTold], {
    stdio: ["pipe", "ignore", "inherit"],
    // A cache of compiled code would be written at its end.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  const meter = new SensorMeter();
  try {
    assert.ok(senses.ok, senses.ok ? "" : senses.says);
    writeFileSync(join(dir, "cgroup.procs"), String(child.pid));
    senses.value.groups();
    meter.turn(senses.value.objects(), 0);
    child.stdin.write("go\n");
    await once(child, "exit");
    const id = statSync(dir).ino;
    look({ senses: senses.value, acts: senses.value.groups()?.get(id), id, meter });
  } finally {
    meter.close();
    child.kill("SIGKILL");
    if ((child.exitCode ?? child.signalCode) === null) await once(child, "exit");
    if (senses.ok) await senses.value.close();
    await sleep(50);
    rmdirSync(dir);
  }
}

const CONNECTS = 25;
/** So many connections to a port where nobody listens, one after the other. */
const CONNECTING = `
  const { connect } = require("node:net");
  let left = ${CONNECTS};
  const next = () => left-- > 0 ? connect(9, "127.0.0.1").on("error", next) : process.exit();
  next();
`;

test("connections are counted for the group that makes them, whoever reads the events", async (t) => {
  await acting(t, ["connect"], CONNECTING, ({ senses, acts, id }) => {
    assert.deepEqual([...senses.kinds()].sort(), ["connect", "exec", "exit", "fork"]);
    assert.equal(acts?.connects, CONNECTS);
    assert.equal(acts?.opens, 0);
    assert.equal(senses.groups()?.get(id), undefined);
    assert.equal(senses.lost().connect, 0);
  });
});

test("every sensor tells its memory and the time that its programs take; the ring its level", async (t) => {
  await acting(t, ["connect"], CONNECTING, ({ senses, meter }) => {
    const sensors = meter.turn(senses.objects(), 1000);
    assert.deepEqual(
      sensors?.map(({ name }) => name),
      ["events", "runq"],
    );
    const connect4 = sensors?.[0]?.programs.find(({ name }) => name === "on_connect4");
    assert.ok((connect4?.runsPerSecond ?? 0) >= CONNECTS && (connect4?.meanNs ?? 0) > 0, JSON.stringify(connect4));
    assert.ok((sensors?.[0]?.bytes ?? 0) > 4 << 20);
    assert.ok((sensors?.[1]?.cores ?? 0) > 0);
    const ring = senses.ring();
    assert.ok(ring && ring.bytes === 4 << 20 && ring.fill >= 0 && ring.fill < 1);
  });
});

test("opens, writes and removals are counted for their group by another object, in the same table", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-acts-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const program = `
    const fs = require("node:fs");
    const file = ${JSON.stringify(join(folder, "file"))};
    const fd = fs.openSync(file, "w");
    for (let written = 0; written < 12; written++) fs.writeSync(fd, "x");
    fs.closeSync(fd);
    fs.renameSync(file, file + "2");
    fs.unlinkSync(file + "2");
    process.exit();
  `;
  await acting(t, ["open.write", "writes", "rename", "unlink"], program, ({ senses, acts }) => {
    assert.equal(acts?.writes, 12);
    assert.equal(acts?.changes, 2);
    assert.equal(acts?.opens, 1);
    assert.equal(acts?.connects, 0);
    assert.ok(senses.kinds().includes("writes") && senses.kinds().includes("unlink"));
    assert.deepEqual(
      senses.objects().map(({ name }) => name),
      ["swarms_events", "swarms_calls", "swarms_runq"],
    );
  });
});
