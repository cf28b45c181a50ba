import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";

/** What tests and the layer's own processes load; none of it does anything when imported. */
const MODULES = [
  "src/{core,kernel,swarm,senses,store,guard,immune}/**/*.ts",
  "src/warden/warden.ts",
  "src/cli/run-layer.ts",
  "src/hive/hive.ts",
];
const NOT_MODULES = /\.(test|fixture|cases)\.ts$|-(worker|main)\.ts$/;

/**
 * Fills Node's compile cache in the tree for the sources in it, here where it takes a second: types stripped and code
 * compiled, which costs every process of an emulated CPU seconds. Entries are found by the path relative to the cache and
 * checked against the source; where one does not fit, Node compiles as ever.
 */
export function fillCompileCache(tree: string, node: string): void {
  const checkout = join(tree, "swarms");
  const modules = globSync(MODULES, { cwd: checkout }).filter((name) => !NOT_MODULES.test(name));
  const script = `for (const name of ${JSON.stringify(modules)}) await import("./" + name); process.exit(0);`;
  spawnSync(node, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script], {
    cwd: checkout,
    timeout: 60_000,
    stdio: "ignore",
    env: { ...process.env, NODE_COMPILE_CACHE: join(tree, "vm/compile"), NODE_COMPILE_CACHE_PORTABLE: "1" },
  });
}
