import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TECHNIQUES } from "../../../core/techniques.ts";
import { staticProgram } from "../../../senses/static-program.fixture.ts";
import { outcomeOf } from "./evasion.ts";
import { EVASIONS, KNOWN } from "./evasions.ts";
import { prepared, SOURCE } from "./program.ts";

test("every evasion has a name of its own, a reason, and says when it acts", () => {
  assert.equal(new Set(EVASIONS.map(({ id }) => id)).size, EVASIONS.length);
  for (const { scenario, because } of KNOWN) {
    assert.match(scenario.id, /^evasion\.[a-z-]+$/);
    assert.match(scenario.script, /\bact\b/, scenario.id);
    assert.ok(because.length > 20 && !because.endsWith("."), scenario.id);
    for (const technique of scenario.techniques) assert.ok(technique in TECHNIQUES, technique);
    const makes = scenario.prepare.startsWith(prepared());
    assert.equal(scenario.script.includes("$HOOD/tool"), makes, `${scenario.id}: makes what it uses`);
  }
});

test("an evasion is caught only where what it hides is in the evidence", () => {
  const [evasion] = KNOWN;
  assert.ok(evasion);
  assert.equal(outcomeOf(evasion, { detected: false, told: [evasion.hides] }), "through");
  assert.equal(outcomeOf(evasion, { detected: true, told: ["other"] }), "in part");
  assert.equal(outcomeOf(evasion, { detected: true, told: ["other", evasion.hides] }), "caught");
});

test("the program does what its ways say", (t) => {
  const tool = staticProgram({ name: "tool", source: SOURCE });
  if (tool === undefined) return t.skip("no compiler here makes static programs");
  const dir = mkdtempSync(join(tmpdir(), "swarms-test-evasions-"));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
  const run = (...args: readonly string[]) => spawnSync(tool, args, { encoding: "utf8", timeout: 20_000 });
  const file = join(dir, "log");
  writeFileSync(file, "x");
  assert.equal(run("swap-unlink", "/nowhere", file).status, 0);
  assert.equal(existsSync(file), false, "what was typed first is what was removed");
  assert.equal(run("memfd", "/bin/sh", "x", "-c", "readlink /proc/$$/exe").stdout, "/memfd:libssl.so.3 (deleted)\n");
  const out = join(dir, "out");
  const { pid } = run("orphan", "/bin/sh", "-c", `cut -d' ' -f4 /proc/$$/stat > ${out}`);
  assert.match(readFileSync(out, "utf8"), /^\d+\n$/);
  assert.notEqual(readFileSync(out, "utf8").trim(), String(pid), "whoever adopts it, it is not who made it");
  assert.ok([0, 7].includes(run("narrow-probe").status ?? -1));
  assert.ok([0, 7].includes(run("ring-read", "/dev/null").status ?? -1));
});

test("what is prepared compiles the program where the script looks for it", (t) => {
  if (staticProgram({ name: "tool", source: SOURCE }) === undefined || spawnSync("cc", ["--version"]).status !== 0)
    return t.skip("no cc here");
  const hood = mkdtempSync(join(tmpdir(), "swarms-test-evasions-"));
  t.after(() => rmSync(hood, { recursive: true, force: true, maxRetries: 10 }));
  const env = { ...process.env, HOOD: hood };
  assert.equal(spawnSync("sh", ["-c", prepared()], { env, timeout: 60_000 }).status, 0);
  assert.ok(existsSync(join(hood, "tool")));
  const refused = spawnSync("sh", ["-c", prepared("narrow-probe; false")], { env, encoding: "utf8", timeout: 60_000 });
  assert.deepEqual([refused.status, refused.stderr], [1, "this kernel has none\n"]);
});
