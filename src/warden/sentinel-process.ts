import { spawn } from "node:child_process";
import { extname, join, dirname } from "node:path";
import { fileURLToPath } from "node:url";

export interface SentinelProcess {
  readonly pid: number;
  /** Ends it without a revert: everything is already as before. */
  dismiss(): void;
}

/**
 * Starts the sentinel in a session of its own, so that neither Ctrl-C nor a closed terminal reaches it.
 * Resolves when it is on guard; `onEnd` is called if it ends without being dismissed.
 */
export function startSentinel(journalFolder: string, onEnd: (why: string) => void): Promise<SentinelProcess> {
  const self = fileURLToPath(import.meta.url);
  const main = join(dirname(self), `sentinel-main${extname(self)}`);
  const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1", "--max-old-space-size=64"];
  const child = spawn(process.execPath, [...flags, main, journalFolder], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
    cwd: "/",
  });
  let dismissed = false;
  child.stdin.on("error", () => undefined);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error("the sentinel did not start in time"));
    }, 20_000);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const why = signal ?? `exit ${code}`;
      reject(new Error(`the sentinel ended at once (${why})`));
      if (!dismissed) onEnd(why);
    });
    child.stdout.once("data", () => {
      clearTimeout(timer);
      resolve({
        pid: child.pid ?? 0,
        dismiss: () => {
          dismissed = true;
          child.stdin.end("bye\n");
        },
      });
    });
  });
}
