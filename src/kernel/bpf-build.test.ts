import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const BPF = fileURLToPath(new URL("../../bpf", import.meta.url));

/** Other releases of the compiler produce other, equally valid bytes. */
function missing(): string | undefined {
  const version = spawnSync("clang", ["--version"], { encoding: "utf8" });
  if (version.error !== undefined || !/version 14\./.test(version.stdout)) return "needs clang 14";
  if (spawnSync("llvm-strip", ["--version"]).error !== undefined) return "needs llvm-strip";
  return existsSync("/usr/include/bpf/bpf_helpers.h") ? undefined : "needs the package libbpf-dev";
}

function skipped(t: TestContext): boolean {
  const reason = missing();
  if (reason !== undefined) t.skip(reason);
  return reason !== undefined;
}

const objects = readdirSync(BPF).filter((name) => name.endsWith(".bpf.o"));

test("every program has its built object", () => {
  const sources = readdirSync(BPF).filter((name) => name.endsWith(".bpf.c"));
  assert.deepEqual(
    objects.map((name) => name.replace(/\.o$/, ".c")),
    sources,
  );
});

test("the committed objects are what the sources build to, byte for byte", (t) => {
  if (skipped(t)) return;
  const out = mkdtempSync(join(tmpdir(), "swarms-bpf-"));
  try {
    const built = spawnSync("sh", [join(BPF, "build.sh"), out], { encoding: "utf8", timeout: 60_000 });
    assert.equal(built.status, 0, built.stderr);
    for (const name of objects)
      assert.ok(readFileSync(join(out, name)).equals(readFileSync(join(BPF, name))), `${name}: run bpf/build.sh`);
  } finally {
    rmSync(out, { recursive: true });
  }
});

test("no path of the building machine is in them", () => {
  for (const name of objects) {
    const text = readFileSync(join(BPF, name)).toString("latin1");
    assert.ok(!text.includes(BPF) && !/\/(home|root|tmp|work)\//.test(text), name);
  }
});
