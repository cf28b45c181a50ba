import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT } from "../core/errors.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { runFirstLight } from "./first-light.ts";
import { checkHost } from "./host-check.ts";
import { hierarchyRoots, makeLabGroups, removeDeadLabs } from "./lab-groups.ts";
import { labName, ownerOf, thisProcess } from "./lab-id.ts";
import { standInLayer } from "./layer.fixture.ts";
import { programFile } from "./program.ts";
import type { FirstLightResult } from "./results.ts";
import { removeDeadFolders } from "./workplace.ts";

const layout = probeCgroupLayout();
const unfit =
  process.getuid?.() !== 0 ? "needs root" : layout.cpu === undefined ? "needs the cgroup cpu controller" : undefined;

/** Whatever carries the name of a lab of this process or of `pid`. */
function traces(pid = process.pid): string[] {
  return [...hierarchyRoots(layout), tmpdir()].flatMap((root) =>
    readdirSync(root).flatMap((name) => (ownerOf(name)?.pid === pid ? [join(root, name)] : [])),
  );
}

function capture(): { out: { write(text: string): void }; text(): string } {
  let text = "";
  return { out: { write: (more) => void (text += more) }, text: () => text };
}

function reportPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "swarms-live-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "report.html");
}

test("groups of a killed lab are removed with what lives in them, those of a living one stay", async (t) => {
  if (unfit !== undefined) return t.skip(unfit);
  const self = thisProcess();
  const mine = makeLabGroups(layout, labName(self));
  const dead = makeLabGroups(layout, labName({ pid: self.pid, startTicks: self.startTicks + 1 }));
  assert.ok(mine.ok && dead.ok);
  t.after(() => mine.value.remove());
  const enter = 'for f in "$@"; do echo $$ > "$f"; done; echo in; exec sleep 60';
  const child = spawn("sh", ["-c", enter, "sh", ...dead.value.procsFiles("batch")], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  const gone = once(child, "exit");
  const removed = await removeDeadLabs(layout);
  assert.ok(removed.includes(dead.value.root.slice(1)));
  await gone;
  for (const file of dead.value.procsFiles("batch")) assert.equal(existsSync(file), false);
  for (const file of mine.value.procsFiles("batch")) assert.equal(existsSync(file), true);
  assert.deepEqual(await mine.value.remove(), []);
  assert.deepEqual(traces(), []);
});

test("folders of killed labs are removed, others stay", (t) => {
  const parent = mkdtempSync(join(tmpdir(), "swarms-live-"));
  t.after(() => rmSync(parent, { recursive: true }));
  const self = thisProcess();
  const dead = `${labName({ pid: self.pid, startTicks: 1 })}-abcDE1`;
  for (const name of [dead, `${labName(self)}-abcDE1`, "other"])
    mkdirSync(join(parent, name, "state"), { recursive: true });
  assert.deepEqual(removeDeadFolders(parent), [dead]);
  assert.equal(existsSync(join(parent, dead)), false);
  assert.deepEqual(readdirSync(parent).length, 2);
});

test("without root the lab says what is lost, and makes nothing", async () => {
  const { out, text } = capture();
  const ports = { checkHost: () => checkHost(1000), layer: standInLayer };
  assert.equal(await runFirstLight({ out, err: out }, ports), EXIT.permission);
  assert.match(text(), /^SW-NEEDS-ROOT: .*\n.*neither use case can be shown/);
  assert.deepEqual(traces(), []);
});

test("without a cpu controller the lab says so", async () => {
  const { out, text } = capture();
  const none = { v2: undefined, cpu: undefined, memory: undefined, freezer: undefined, shape: "none" as const };
  assert.equal(
    await runFirstLight({ out, err: out }, { checkHost: () => checkHost(0, none), layer: standInLayer }),
    EXIT.unavailable,
  );
  assert.match(text(), /^SW-LAB: .*\n.*no knob to turn/);
});

test("the whole lab with a stand-in: measures, contains, undoes, reports, and leaves nothing", async (t) => {
  if (unfit !== undefined) return t.skip(unfit);
  const { out, text } = capture();
  const path = reportPath(t);
  const options = { out, json: true, rounds: 2, roundSeconds: 0.4, reportPath: path };
  const status = await runFirstLight(options, { checkHost, layer: standInLayer });
  // Whether the bars hold in such short rounds is up to the machine: the story has to be right.
  assert.ok(status === EXIT.ok || status === EXIT.failed, text());
  const result = JSON.parse(text()) as FirstLightResult;
  assert.equal(result.balance.rounds.map((round) => round.arm).join(" "), "off on on off");
  for (const round of result.balance.rounds) assert.ok(round.requests > 0 && round.p99Us >= round.p50Us);
  assert.ok(result.balance.off.workPerSecond.min > 0);
  assert.ok(result.balance.reflexMs.length === 2 && result.balance.reflexMs.every((ms) => ms >= 0));
  assert.ok(!("missing" in result.dropper));
  assert.equal(result.dropper.control.incidents, 0);
  assert.deepEqual(result.dropper.incident?.kinds, ["fresh-file", "destination"]);
  assert.ok(result.dropper.toFrozenMs >= 0);
  assert.equal(result.dropper.stepsWhileFrozen, 0);
  assert.ok(result.dropper.undo.worked && result.dropper.stepsAfterUndo > 0);
  assert.deepEqual(result.after.differences, []);
  assert.deepEqual(result.after.leftBehind, []);
  assert.match(readFileSync(path, "utf8"), /<svg /);
  assert.deepEqual(traces(), []);
});

test("an interrupted lab stops at once and leaves nothing", async (t) => {
  if (unfit !== undefined) return t.skip(unfit);
  for (const afterMs of [300, 2500]) {
    const { out, text } = capture();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), afterMs);
    t.after(() => clearTimeout(timer));
    const options = { out, rounds: 50, roundSeconds: 60, reportPath: reportPath(t), signal: stop.signal };
    assert.equal(await runFirstLight(options, { checkHost, layer: standInLayer }), 130);
    assert.match(text(), /stopped; everything the lab made was removed/);
    assert.deepEqual(traces(), []);
  }
});

test("a layer that does not start ends the lab with its own words", async (t) => {
  if (unfit !== undefined) return t.skip(unfit);
  const { out, text } = capture();
  const failing = { ok: false, code: "SW-LAB", says: "the layer ended with 78" } as const;
  const options = { out, err: out, rounds: 1, roundSeconds: 0.1, reportPath: reportPath(t) };
  const layer: typeof standInLayer = (workplace, host) => ({
    ...standInLayer(workplace, host),
    start: async () => failing,
  });
  assert.equal(await runFirstLight(options, { checkHost, layer }), EXIT.unavailable);
  assert.match(text(), /SW-LAB: .*\n.*the layer ended with 78/);
  assert.deepEqual(traces(), []);
});

test("of a lab that was killed the next one finds nothing alive and removes the rest", async (t) => {
  if (unfit !== undefined) return t.skip(unfit);
  const script = `
    const { runFirstLight } = await import(${JSON.stringify(programFile("./first-light"))});
    const { checkHost } = await import(${JSON.stringify(programFile("./host-check"))});
    const { standInLayer } = await import(${JSON.stringify(programFile("./layer.fixture"))});
    await runFirstLight({ out: process.stdout, rounds: 50, roundSeconds: 60 }, { checkHost, layer: standInLayer });`;
  const lab = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => lab.kill("SIGKILL"));
  const pid = lab.pid ?? 0;
  let said = "";
  lab.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  for (let i = 0; i < 1000 && !said.includes("round 1"); i++) await sleep(20);
  const procs = traces(pid)
    .flatMap((dir) => ["service", "batch"].map((part) => join(dir, part, "cgroup.procs")))
    .filter(existsSync);
  const inside = (): string[] =>
    procs.flatMap((file) => (existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : []));
  assert.ok(inside().length > 0, said);
  lab.kill("SIGKILL");
  await once(lab, "exit");
  for (let i = 0; i < 250 && inside().length > 0; i++) await sleep(20);
  assert.deepEqual(inside(), []);
  await removeDeadLabs(layout);
  removeDeadFolders(tmpdir());
  assert.deepEqual(traces(pid), []);
});
