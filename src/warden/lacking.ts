import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { readConfinement } from "../kernel/confinement.ts";

const CAP_SYS_ADMIN = 21n;

/** What a warden under its unit gave up, what does not work for it, and which drop-in of systemd/drop-ins/ gives it back. */
const GIVEN_UP = [
  {
    has: (): boolean => ((readConfinement(process.pid)?.effective ?? 0n) & (1n << CAP_SYS_ADMIN)) !== 0n,
    says: "no CAP_SYS_ADMIN: exec.deny works by BPF LSM only, and what each sensor costs is not measured (drop-ins/fanotify.conf gives it)",
  },
  {
    has: (procRoot: string): boolean => isWritable(join(procRoot, "sys/vm/swappiness")),
    says: "settings of the kernel are read-only: no sysctl.* (drop-ins/sysctl.conf gives it)",
  },
];

/** In words, for `status` and `doctor`. */
export function lackingRights(procRoot = "/proc"): string[] {
  return GIVEN_UP.flatMap(({ has, says }) => (has(procRoot) ? [] : [says]));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
