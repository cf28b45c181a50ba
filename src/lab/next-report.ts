import type { ChildProcess } from "node:child_process";
import { failed, ok, type Result } from "../core/errors.ts";

/** What every client of the lab can say of itself. */
export type Failure = { readonly is: "error"; readonly says: string };

/** The first report over IPC of which `pick` makes something; a failure, an end or silence ends the waiting. */
export function nextReport<R extends { readonly is: string }, T>(
  child: ChildProcess,
  withinMs: number,
  pick: (report: Exclude<R, Failure>) => T | undefined,
): Promise<Result<T>> {
  return new Promise((resolve) => {
    const finish = (result: Result<T>): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(result);
    };
    const timer = setTimeout(() => finish(failed("SW-LAB", "the client does not answer")), withinMs);
    const onMessage = (report: Failure | Exclude<R, Failure>): void => {
      if (isFailure(report)) return finish(failed("SW-LAB", `the client stopped: ${report.says}`));
      const picked = pick(report);
      if (picked !== undefined) finish(ok(picked));
    };
    const onExit = (): void => finish(failed("SW-LAB", "the client ended early"));
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}

function isFailure(report: { readonly is: string }): report is Failure {
  return report.is === "error";
}
