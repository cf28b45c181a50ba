import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../core/errors.ts";
import type { Account } from "./room.ts";

/** A start that does nothing but load takes a second; on a busy host some more. */
const WARM_MS = 30_000;
const STAMP = "made-from";

/**
 * What the compiler makes of the hive's code, kept between starts: it saves half a second and the memory of the type
 * stripper. The hive can only read it, for code that a taken-over hive left there would run in the next one. It is made
 * by a run that loads everything and hears nobody, under the hive's own user, and then belongs to root.
 */
export class CodeCache {
  /** Where it lies; root's. */
  readonly folder: string;
  private readonly stamp: string;

  /** `sources`: every file and folder that the hive's code is loaded from. */
  constructor(folder: string, sources: readonly string[]) {
    this.folder = folder;
    this.stamp = stampOf(sources);
  }

  get isFresh(): boolean {
    try {
      return readFileSync(join(this.folder, STAMP), "utf8") === this.stamp && statSync(this.folder).uid === 0;
    } catch {
      return false;
    }
  }

  /** Runs `command` with a folder that it may fill. Without the cache everything works, only slower: the reason is given back. */
  make(account: Account, command: (folder: string) => readonly [string, readonly string[]]): string | undefined {
    const draft = `${this.folder}.new`;
    try {
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(draft, { mode: 0o755, recursive: true });
      chownSync(draft, account.uid, account.gid);
      const [program, args] = command(draft);
      const { status, stderr } = spawnSync(program, args, {
        timeout: WARM_MS,
        encoding: "utf8",
        stdio: ["ignore", "ignore", "pipe"],
      });
      if (status !== 0) return `the run that loads everything ended with ${status}: ${stderr.slice(0, 300)}`;
      belongToRoot(draft);
      writeFileSync(join(draft, STAMP), this.stamp, { mode: 0o644 });
      rmSync(this.folder, { recursive: true, force: true });
      renameSync(draft, this.folder);
      return undefined;
    } catch (error) {
      return errnoOf(error) || String(error);
    }
  }
}

/** Names, sizes and times of every file, and the Node that compiles them. */
function stampOf(sources: readonly string[]): string {
  const hash = createHash("sha256").update(process.version);
  const add = (path: string): void => {
    const stat = statSync(path);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const source of sources) add(source);
  return hash.digest("hex");
}

/** Nothing runs under the hive's user any more that could still write: links are not followed, as there must be none. */
function belongToRoot(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) belongToRoot(path);
    else if (entry.isFile()) handOver(path);
    else rmSync(path, { force: true });
  }
  chownSync(folder, 0, 0);
}

/** The compiler writes files that only their owner may read; anybody may read the code that they are made of. */
function handOver(path: string): void {
  chownSync(path, 0, 0);
  chmodSync(path, 0o644);
}
