import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { probeBpfFeatures } from "../../kernel/bpf-features.ts";
import { probeCgroupLayout } from "../../kernel/cgroup-layout.ts";
import { RULES, SUITE, WRONG } from "./every-step.fixture.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  if (process.arch !== "x64") return "needs x86-64";
  const lacking = probeBpfFeatures().find(({ name, available }) => /ringbuf|tp_btf/.test(name) && !available);
  if (lacking !== undefined) return `needs ${lacking.name} (${lacking.found})`;
  if (probeCgroupLayout().v2 === undefined) return "needs cgroup v2";
  const room = spawnSync("unshare", ["--mount", "--net", "ip", "link"], { timeout: 10_000 });
  return room.status === 0 ? undefined : "needs unshare and ip";
}

function run(
  t: TestContext,
  suite: string,
  ...more: readonly string[]
): { readonly status: number | null; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), "swarms-test-falco-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [rules, suites] = [join(folder, "rules.yaml"), join(folder, "suite.yaml")];
  writeFileSync(rules, RULES);
  writeFileSync(suites, suite);
  const args = ["--disable-warning=ExperimentalWarning", MAIN, "--rules", rules, "--suites", suites, ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
  return { status, text: `${stdout}${stderr}` };
}

test("live: every call, resource and context of a suite is made, seen and told, and nothing of it stays", (t) => {
  const why = missing();
  if (why !== undefined) return t.skip(why);
  const { status, text } = run(t, SUITE);
  assert.equal(status, 0, text);
  assert.match(text, /19 of 19 cases passed, 1 skipped/);
  for (const path of ["/tmp/k", "/tmp/k_dir", "/tmp/k_linked", "/usr/local/bin/k_machine"])
    assert.ok(!existsSync(path), path);
});

test("live: what is not as expected fails, and says what was expected and what came", (t) => {
  const why = missing();
  if (why !== undefined) return t.skip(why);
  const { status, text } = run(t, WRONG, "--case", "opened#0");
  assert.equal(status, 1, text);
  assert.match(text, /proc\.pname: expected k_nobody, got k_outer/);
  assert.match(text, /came: File opened at open\b/);
});
