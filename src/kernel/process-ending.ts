import { ok, type Result } from "../core/errors.ts";
import { failed } from "../core/errors.ts";
import type { ProcessEnding } from "./host-access.ts";
import { openPidfd } from "./pidfd.ts";
import { readProcessStat } from "./procfs.ts";

const SIGKILL = 9;
const LOOK_MS = 1;

/** SIGKILL through a pidfd whose start time was compared: a reused pid is never hit (pidfd_open(2)). */
export function processEnding(procRoot: string): ProcessEnding {
  return {
    kill(ref, waitMs): Result<void> {
      const opened = openPidfd(ref, procRoot);
      if (!opened.ok) return opened;
      try {
        const sent = opened.value.signal(SIGKILL);
        if (!sent.ok || waitMs === 0) return sent;
      } finally {
        opened.value.close();
      }
      const nobody = new Int32Array(new SharedArrayBuffer(4));
      for (let look = 0; look < waitMs / LOOK_MS; look++) {
        const stat = readProcessStat(ref.pid, procRoot);
        // What its parent has not asked for yet runs nothing any more.
        if (stat?.startTicks !== ref.startTicks || stat.state === "Z" || stat.state === "X") return ok(undefined);
        Atomics.wait(nobody, 0, 0, LOOK_MS);
      }
      return failed("SW-GUARD-KNOB", `process ${ref.pid} has not ended after ${waitMs} ms`);
    },
  };
}
