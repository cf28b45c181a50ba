import type { Reverted } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { Result } from "../core/errors.ts";
import { restoreFromJournal } from "../guard/restore.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";

/** How long an earlier run's sentinel may take before the folder counts as busy. */
const RECOVERY_MS = 3000;

/** Puts back what an earlier run left. The sentinel of a warden that was killed may still be at work: it needs a moment, not a person. */
export async function recover(folder: string, fs: CgroupFs, clock: Clock): Promise<Result<Reverted[]>> {
  const until = clock.monoMs() + RECOVERY_MS;
  for (;;) {
    const restored = restoreFromJournal({ folder, fs, clock, cause: "recovery" });
    if (restored.ok || restored.code !== "SW-STATE-BUSY" || clock.monoMs() > until) return restored;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
