import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");

/** What `npm pack` would take of these files, by the manifest of this package. */
function packed(files: readonly string[]): readonly string[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), "swarms-pack-"));
  try {
    copyFileSync(join(ROOT, "package.json"), join(folder, "package.json"));
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), "x");
    }
    // As npm is installed here, offline: nothing is asked of a registry.
    const { status, stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 60_000,
      env: { PATH: process.env["PATH"], HOME: folder },
    });
    if (status !== 0) return undefined;
    const [pack] = JSON.parse(stdout) as readonly { readonly files: readonly { readonly path: string }[] }[];
    return pack?.files.map(({ path }) => path);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

test("the npm package has the page as browsers get it, the code, the kernel's programs and the examples; no tests, no sources of the page", (t) => {
  const shipped = [
    "dist/ui.json",
    "dist/cli/main.js",
    "bpf/exec.bpf.o",
    "examples/plugin/pager/output.js",
    "examples/plugin/calm-memory/knobs.yaml",
    "rules/own.yaml",
    "runtime/package-lock.json",
    "systemd/swarms-sender@.service",
    "packaging/prometheus/alerts.yaml",
  ];
  const kept = ["ui/index.html", "src/cli/main.ts", "bench/x.ts", "vm/main.ts", "packaging/deb.sh", ".ci/run"];
  const files = packed([...shipped, ...kept]);
  if (files === undefined) return t.skip("needs npm");
  assert.deepEqual(
    [shipped.filter((file) => !files.includes(file)), kept.filter((file) => files.includes(file))],
    [[], []],
  );
});
