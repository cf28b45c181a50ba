import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EXIT } from "../../core/errors.ts";
import { probeCgroupLayout } from "../../kernel/cgroup-layout.ts";
import { hierarchyRoots } from "../lab-groups.ts";
import { ownerOf } from "../lab-id.ts";
import { runLabAttack } from "./attack.ts";
import type { AttackResult } from "./results.ts";

const layout = probeCgroupLayout();

/** Whatever carries the name of a lab of this process. */
function traces(): string[] {
  return [...hierarchyRoots(layout), tmpdir()].flatMap((root) =>
    readdirSync(root).flatMap((name) => (ownerOf(name)?.pid === process.pid ? [join(root, name)] : [])),
  );
}

test("a dropper and a cron job are told rightly by a real layer, ordinary work is not accused, and nothing is left of it", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  if (layout.cpu === undefined) return t.skip("needs the cgroup cpu controller");
  if (!existsSync("/sys/kernel/btf/vmlinux")) return t.skip("needs eBPF");
  let text = "";
  const status = await runLabAttack({
    out: { write: (more) => void (text += more) },
    json: true,
    quick: true,
    only: ["dropper.curl", "persistence.cron"],
    seed: 1,
    ablation: false,
    reportPath: undefined,
  });
  const result = JSON.parse(text) as AttackResult & { readonly error?: { readonly says: string } };
  assert.equal(result.error?.says, undefined);
  if (result.figures.findings.some(({ skipped }) => skipped !== "")) return t.skip("needs curl");
  assert.equal(result.figures.right, result.figures.played, text.slice(0, 4000));
  assert.deepEqual(result.figures.falseIncidents, []);
  assert.deepEqual(result.figures.benignContained, []);
  assert.deepEqual(result.failedBenign, []);
  assert.deepEqual(result.after, []);
  // Every bar is held by what was checked above but the delay, which no test measures.
  assert.ok(status === EXIT.ok || status === EXIT.failed);
  assert.deepEqual(traces(), []);
});
