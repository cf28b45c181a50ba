import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fillCompileCache } from "./compile-cache.ts";
import { buildTree } from "./guest-tree.ts";
import { compilePrograms } from "./programs.ts";
import { Unavailable } from "./unavailable.ts";

/** Sparse: only what is written takes room. */
const SIZE = "1500M";
const PATH = ["/usr/local/sbin", "/usr/sbin", "/sbin", process.env["PATH"] ?? ""].join(":");

interface DiskOptions {
  readonly checkout: string;
  /** What vm/init.c runs. */
  readonly command: readonly string[];
  /** Adds to the tree before it becomes an image. */
  readonly furnish?: (tree: string) => void;
}

/**
 * Makes the test machine's disk. An image and not the machine's own root shared over virtiofs: it needs neither a
 * daemon nor a kernel module nor root, shows the tests nothing of this machine, and is a real block device.
 */
export function buildDisk(folder: string, options: DiskOptions): string {
  const init = join(folder, "init");
  run("cc", [
    "-static",
    "-O2",
    "-Wall",
    "-Wextra",
    "-o",
    init,
    join(dirname(fileURLToPath(import.meta.url)), "init.c"),
  ]);
  const tree = join(folder, "tree");
  mkdirSync(tree);
  buildTree(tree, { checkout: options.checkout, node: process.execPath, init });
  compilePrograms(tree);
  fillCompileCache(tree, process.execPath);
  options.furnish?.(tree);
  writeFileSync(join(tree, "vm/command"), options.command.map((argument) => `${argument}\0`).join(""));
  const disk = join(folder, "root.ext4");
  const features = ["-q", "-F", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-E", "root_owner=0:0"];
  run("mke2fs", [...features, "-d", tree, disk, SIZE]);
  return disk;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: 120_000,
    env: { ...process.env, PATH },
  });
  if (status !== 0) throw new Unavailable(`${command}: ${(error?.message ?? stderr).trim()}`);
}
