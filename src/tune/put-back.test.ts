import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock } from "../core/clock.ts";
import { putBackDead, tunePaths } from "./put-back.ts";
import { TunePlace } from "./tune.fixture.ts";

/** Lower is better down to 10; the setting is where the kernel would have it, so that only who sets it sees it. */
const kernel = (rest = ""): string => `command: |
  v=$(cat proc/sys/vm/swappiness); echo $(( (v - 110) * (v - 110) + 5 + $(cat thing 2>/dev/null || echo 0) * 0 ))
metric: { direction: lower }
knobs:
  swap: { sysctl: vm.swappiness, range: [100, 200], integer: true }
optimiser: random
budget: { runs: 32 }
${rest}`;

test("a setting of the host is tuned in its bounds and is as before at the end; the journal tells every change", async (t) => {
  const place = TunePlace.make(t);
  assert.deepEqual(await place.run(kernel()), { ok: true, value: 0 });
  assert.equal(place.read("proc/sys/vm/swappiness"), "160");
  const result = JSON.parse(place.read("result.json")) as {
    toType: string[];
    knobs: { default: string; best: string }[];
  };
  assert.equal(result.knobs[0]?.default, "160");
  assert.ok(Math.abs(Number(result.knobs[0]?.best) - 110) < 40, result.knobs[0]?.best);
  assert.ok(result.toType.includes(`sysctl -w vm.swappiness=${result.knobs[0]?.best}`));
  const journal = readFileSync(join(place.folder, "state/tune/journal/journal.jsonl"), "utf8");
  const intents = journal.split("\n").filter((line) => line.includes('"type":"intent"'));
  assert.ok(intents.length > 5 && intents.every((line) => line.includes('"baseline":"160"')));
});

test("--apply puts the best in force and keeps it after a restart; nothing else does", async (t) => {
  const place = TunePlace.make(t);
  assert.deepEqual(await place.run(kernel(), { apply: true }), { ok: true, value: 0 });
  const best = place.read("proc/sys/vm/swappiness");
  assert.ok(Math.abs(Number(best) - 110) < 40);
  assert.match(place.read("etc/sysctl.d/90-swarms-tune-x.conf"), new RegExp(`^vm.swappiness = ${best}$`, "m"));
  const again = await place.run(kernel());
  assert.ok(!again.ok && again.code === "SW-GUARD-YIELD" && again.says.includes("90-swarms-tune-x.conf"));
});

test("who else writes the setting meanwhile keeps it, and the tuning ends", async (t) => {
  const place = TunePlace.make(t);
  const foreign = kernel().replace(
    "v=$(cat",
    "[ -e done ] || { echo 133 > proc/sys/vm/swappiness; touch done; }\n  v=$(cat",
  );
  const status = await place.run(
    foreign.replace(
      "command: |",
      "warmUps: 0\ncommand: |\n  [ $(cat proc/sys/vm/swappiness) -ne 160 ] || exec echo 2505",
    ),
  );
  assert.ok(!status.ok && status.code === "SW-GUARD-YIELD", JSON.stringify(status));
  assert.equal(place.read("proc/sys/vm/swappiness"), "133");
});

/** A tuning in a process of its own, in the midst of a run that lasts. */
async function inTheMidst(
  t: TestContext,
): Promise<{ place: TunePlace; child: ReturnType<typeof spawn>; output: () => string }> {
  const place = TunePlace.make(t);
  place.write(
    "x.yaml",
    kernel("warmUps: 0\ntimeoutSeconds: 30\n")
      .replace("  v=$(cat", "  [ $(cat proc/sys/vm/swappiness) -eq 160 ] || { echo $$ > busy; sleep 20; }\n  v=$(cat")
      .replace(
        "knobs:",
        "knobs:\n  thing: { range: [1, 5], integer: true, default: 1, set: 'echo {value} > thing', reset: 'echo off > thing' }",
      ),
  );
  const program = join(fileURLToPath(new URL(".", import.meta.url)), "tune.fixture.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, place.folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  for (let waited = 0; waited < 300 && !existsSync(join(place.folder, "busy")); waited++) await sleep(50);
  assert.ok(existsSync(join(place.folder, "busy")), `no candidate ran: ${output}`);
  assert.notEqual(place.read("proc/sys/vm/swappiness"), "160");
  assert.match(place.read("thing"), /^[1-5]$/);
  return { place, child, output: () => output };
}

function isAsBefore(place: TunePlace): boolean {
  return place.read("proc/sys/vm/swappiness") === "160" && place.read("thing") === "off";
}

function commandRuns(place: TunePlace): boolean {
  return existsSync(join("/proc", place.read("busy"), "stat"));
}

test("Ctrl-C ends the command and puts everything back; what was measured is kept", async (t) => {
  const { place, child, output } = await inTheMidst(t);
  child.kill("SIGINT");
  assert.deepEqual(await once(child, "exit"), [130, null]);
  assert.ok(isAsBefore(place) && !commandRuns(place));
  assert.match(output(), /interrupted; everything else is as before\. To go on: swarms tune --resume/);
});

test("killed with SIGKILL, everything goes back all the same, and the command ends", async (t) => {
  const { place, child } = await inTheMidst(t);
  child.kill("SIGKILL");
  for (let waited = 0; waited < 200 && !(isAsBefore(place) && !commandRuns(place)); waited++) await sleep(50);
  assert.ok(isAsBefore(place), `${place.read("proc/sys/vm/swappiness")} ${place.read("thing")}`);
  assert.ok(!commandRuns(place));
});

test("without its sentinel it does not go on: everything is put back and it ends", async (t) => {
  const { place, child, output } = await inTheMidst(t);
  killSentinelOf(child);
  assert.deepEqual(await once(child, "exit"), [130, null]);
  assert.ok(isAsBefore(place) && !commandRuns(place));
  assert.match(output(), /the process that would put everything back ended \(SIGKILL\): stopping/);
});

test("killed together with its sentinel, the next start or `swarms restore` puts everything back", async (t) => {
  const { place, child } = await inTheMidst(t);
  killSentinelOf(child);
  child.kill("SIGKILL");
  await once(child, "exit");
  const lines = await putBackDead(tunePaths(join(place.folder, "state")), place.fs(), systemClock);
  assert.ok(lines.includes("thing was reset"), lines.join("; "));
  assert.ok(lines.includes("sysctl.vm.swappiness of / is back at 160 of 200"), lines.join("; "));
  assert.ok(isAsBefore(place) && !commandRuns(place));
});

function killSentinelOf({ pid = 0 }: { readonly pid?: number | undefined }): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  const sentinel = children.find((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("sentinel-main"));
  assert.ok(sentinel !== undefined, "it has a sentinel");
  process.kill(Number(sentinel), "SIGKILL");
}
