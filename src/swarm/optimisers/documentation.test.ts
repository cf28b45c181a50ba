import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

/** Programs for people who use the library, as the documentation prints them: run with the sources in the package's stead. */
for (const name of ["docs/optimisers.md", "README.md"])
  test(`the examples of the library in ${name} run`, async (t) => {
    const text = readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8");
    const programs = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code ?? "");
    const own = programs.filter((code) => code.includes('from "swarms-layer/swarm"'));
    assert.ok(own.length > 0, "there is one");
    const folder = mkdtempSync(join(tmpdir(), "swarms-docs-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const library = new URL("index.ts", import.meta.url).href;
    for (const [at, code] of own.entries()) {
      const file = join(folder, `${at}.mts`);
      // What is measured is the reader's own.
      const program = `${code.replaceAll('"swarms-layer/swarm"', JSON.stringify(library))}
function measure(point: readonly number[]): number {
  return Math.abs((point[0] ?? 0) - 20);
}
export const found = best;
`;
      writeFileSync(file, program);
      const { found } = (await import(file)) as { found: { value: number; point: readonly number[] } };
      assert.ok(found.value < 5, JSON.stringify(found));
    }
  });
