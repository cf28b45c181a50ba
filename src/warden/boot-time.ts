import { readFileSync } from "node:fs";

/** CLOCK_BOOTTIME in milliseconds, to the 10 ms that proc_uptime(5) shows. */
export function bootMs(procRoot: string): number {
  return Number(readFileSync(`${procRoot}/uptime`, "utf8").split(" ")[0]) * 1000;
}
