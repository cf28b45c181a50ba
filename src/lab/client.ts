import type { ChildProcess } from "node:child_process";
import { failed, ok, type Result } from "../core/errors.ts";
import { type Crew, end } from "./crew.ts";
import type { WindowResult } from "./client-window.ts";
import type { ClientOrder, ClientPlan, ClientReport } from "./open-loop-client.ts";
import { programArgv } from "./program.ts";

/** The open-loop client in its own process, and how to measure a stretch of its traffic. */
export interface Client {
  /** Resolves when it is open: once the answers to earlier requests are in, at most three seconds later. */
  openWindow(): Promise<Result<void>>;
  /** Resolves once the window's answers are in, at most about two seconds later. */
  closeWindow(): Promise<Result<WindowResult>>;
  stop(): Promise<void>;
}

const START_MS = 5000;
/** Longer than the client's own patience, before and after. */
const WINDOW_MS = 5000;

export async function startClient(crew: Crew, plan: ClientPlan, cpus?: string): Promise<Result<Client>> {
  const child = crew.start({
    name: "client",
    argv: programArgv("open-loop-client", JSON.stringify(plan)),
    urgent: true,
    cpus,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ready = await nextReport(child, START_MS, (report) => (report.is === "ready" ? true : undefined));
  if (!ready.ok) return ready;
  let window = 0;
  const order = (message: ClientOrder): void => void child.send(message, () => {});
  return ok({
    openWindow: async () => {
      window++;
      const opened = nextReport(child, WINDOW_MS, (report) =>
        report.is === "open" && report.window === window ? true : undefined,
      );
      order({ do: "open", window });
      const answer = await opened;
      return answer.ok ? ok(undefined) : answer;
    },
    closeWindow: async () => {
      const result = nextReport(child, WINDOW_MS, (report) =>
        report.is === "window" && report.result.window === window ? report.result : undefined,
      );
      order({ do: "close" });
      return await result;
    },
    stop: async () => void (await end(child, 500)),
  });
}

function nextReport<T>(
  child: ChildProcess,
  withinMs: number,
  pick: (report: ClientReport) => T | undefined,
): Promise<Result<T>> {
  return new Promise((resolve) => {
    const finish = (result: Result<T>): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(result);
    };
    const timer = setTimeout(() => finish(failed("SW-LAB", "the client does not answer")), withinMs);
    const onMessage = (report: ClientReport): void => {
      if (report.is === "error") return finish(failed("SW-LAB", `the client stopped: ${report.says}`));
      const picked = pick(report);
      if (picked !== undefined) finish(ok(picked));
    };
    const onExit = (): void => finish(failed("SW-LAB", "the client ended early"));
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}
