import { existsSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EntityKey, processKey } from "../../core/entity.ts";
import { readProcessStat } from "../../kernel/procfs.ts";

const LOOKS = 40;
const LOOK_MS = 25;

/** Who is in a group now, by any of its hierarchies' cgroup.procs files. */
export function membersOf(procsFiles: readonly string[]): ReadonlySet<EntityKey> {
  const members = new Set<EntityKey>();
  for (const pid of pidsOf(procsFiles)) {
    const stat = readProcessStat(pid);
    if (stat !== undefined) members.add(processKey({ pid, startTicks: stat.startTicks }));
  }
  return members;
}

/** Ends whoever is left of a story, frozen or not, and removes its group. False where somebody stays. */
export async function emptyGroup(procsFiles: readonly string[]): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    const pids = pidsOf(procsFiles);
    for (const pid of pids) kill(pid);
    // A frozen task of v1 dies only once it is thawed.
    for (const dir of procsFiles.map((file) => dirname(file))) {
      tryWrite(join(dir, "cgroup.freeze"), "0");
      tryWrite(join(dir, "freezer.state"), "THAWED");
      tryRemove(dir);
    }
    if (procsFiles.every((file) => !existsSync(dirname(file)))) return true;
    await sleep(LOOK_MS);
  }
  return false;
}

function pidsOf(procsFiles: readonly string[]): ReadonlySet<number> {
  const pids = new Set<number>();
  for (const file of procsFiles) {
    try {
      for (const line of readFileSync(file, "utf8").split("\n")) if (Number(line) > 1) pids.add(Number(line));
    } catch {
      // The group is gone.
    }
  }
  return pids;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone in the meantime.
  }
}

function tryWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "r+" });
  } catch {
    // This kind of cgroup has no such file.
  }
}

function tryRemove(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Somebody is still in it: seen by whoever looks whether it is gone.
  }
}
