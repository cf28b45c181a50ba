import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { startKernelSenses } from "./kernel-senses.ts";
import { SensorMeter } from "./sampler-sensors.ts";

const CONNECTS = 25;
/** Once told to: so many connections to a port where nobody listens, one after the other. */
const PROGRAM = `
  const { connect } = require("node:net");
  let left = ${CONNECTS};
  const next = () => left-- > 0 ? connect(9, "127.0.0.1").on("error", next) : process.exit();
  process.stdin.once("data", next);
`;

test("what a workload connects is counted for its group, whoever reads the events; and sensors tell what they cost", async (t) => {
  const feature = probeBpfFeatures().find(({ name }) => name === "ebpf.cgroup");
  if (feature?.available !== true) return t.skip(`needs ebpf.cgroup (${feature?.found})`);
  const { cpu } = probeCgroupLayout();
  if (cpu === undefined) return t.skip("needs the cpu controller");
  const dir = join(cpu.dir, `swarms-test-acts-${process.pid}`);
  mkdirSync(dir);
  const senses = startKernelSenses({
    wants: ["connect", "fork"],
    runq: true,
    onRecords: () => undefined,
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  const child = spawn(process.execPath, ["-e", PROGRAM], { stdio: ["pipe", "ignore", "inherit"] });
  const meter = new SensorMeter();
  try {
    assert.ok(senses.ok, senses.ok ? "" : senses.says);
    assert.deepEqual([...senses.value.kinds()].sort(), ["connect", "exec", "exit", "fork"]);
    writeFileSync(join(dir, "cgroup.procs"), String(child.pid));
    senses.value.groups();
    meter.turn(senses.value.objects(), 0);
    child.stdin.write("go\n");
    await once(child, "exit");
    const acts = senses.value.groups()?.get(statSync(dir).ino);
    assert.equal(acts?.connects, CONNECTS);
    assert.equal(acts?.opens, 0);
    assert.equal(senses.value.groups()?.get(statSync(dir).ino), undefined);
    assert.equal(senses.value.lost().connect, 0);
    const ring = senses.value.ring();
    assert.ok(ring && ring.bytes === 4 << 20 && ring.fill >= 0 && ring.fill < 1);
    const sensors = meter.turn(senses.value.objects(), 1000);
    assert.deepEqual(
      sensors?.map(({ name }) => name),
      ["events", "runq"],
    );
    const connect4 = sensors?.[0]?.programs.find(({ name }) => name === "on_connect4");
    assert.ok((connect4?.runsPerSecond ?? 0) >= CONNECTS && (connect4?.meanNs ?? 0) > 0, JSON.stringify(connect4));
    assert.ok((sensors?.[0]?.bytes ?? 0) > 4 << 20);
    assert.ok((sensors?.[1]?.cores ?? 0) > 0);
  } finally {
    meter.close();
    child.kill("SIGKILL");
    if ((child.exitCode ?? child.signalCode) === null) await once(child, "exit");
    if (senses.ok) await senses.value.close();
    await sleep(50);
    rmdirSync(dir);
  }
});
