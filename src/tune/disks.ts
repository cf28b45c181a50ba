import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Memory that looks like a disk, files that do, and drives that hold nothing to be slowed: limits belong on what lies below. */
const NO_DISK = /^(?:loop|ram|zram|fd|sr)\d/;

/** "MAJOR:MINOR" of every disk of the host that holds something (sysfs-block): whole ones, which is what limits are set on. */
export function disksOf(sysRoot: string): string[] {
  const folder = join(sysRoot, "block");
  try {
    return readdirSync(folder).flatMap((name) => {
      const size = readFileSync(join(folder, name, "size"), "utf8").trim();
      const device = readFileSync(join(folder, name, "dev"), "utf8").trim();
      return NO_DISK.test(name) || size === "0" || !/^\d+:\d+$/.test(device) ? [] : [device];
    });
  } catch {
    return [];
  }
}
