import type { ChildProcess } from "node:child_process";
import { failed, ok, type Result } from "../core/errors.ts";
import type { Crew } from "./crew.ts";
import { programArgv } from "./program.ts";
import type { AppOrder, AppReport } from "./web-app.ts";

/** The lab's hand on the web application. */
export interface App {
  serve(times: number, url: string): Promise<Result<void>>;
  /** Returns at once: whether it comes to anything is what the lab watches. */
  drop(order: Omit<Extract<AppOrder, { do: "drop" }>, "do">): void;
}

const START_MS = 5000;
/** One request's share of the time-out: two short programs, on a busy host. */
const SERVE_MS = 500;

export async function startApp(crew: Crew, groups: readonly string[]): Promise<Result<App>> {
  const child = crew.start({
    name: "app",
    argv: programArgv("web-app"),
    groups,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ready = await reported(child, "ready", START_MS);
  if (!ready.ok) return ready;
  const order = (message: AppOrder): void => void child.send(message, () => {});
  return ok({
    serve: async (times, url) => {
      const served = reported(child, "served", START_MS + times * SERVE_MS);
      order({ do: "serve", times, url });
      return await served;
    },
    drop: (drop) => order({ do: "drop", ...drop }),
  });
}

function reported(child: ChildProcess, is: AppReport["is"], withinMs: number): Promise<Result<void>> {
  return new Promise((resolve) => {
    const finish = (result: Result<void>): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(result);
    };
    const timer = setTimeout(() => finish(failed("SW-LAB", `the web application is not ${is} in time`)), withinMs);
    const onMessage = (report: AppReport): void => {
      if (report.is === "failed") finish(failed("SW-LAB", `the web application failed: ${report.says}`));
      else if (report.is === is) finish(ok(undefined));
    };
    const onExit = (): void => finish(failed("SW-LAB", "the web application ended early"));
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}
