import { ok, type Result } from "../core/errors.ts";
import { type Crew, end } from "./crew.ts";
import type { WindowResult } from "./client-window.ts";
import { nextReport } from "./next-report.ts";
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
  const ready = await nextReport<ClientReport, true>(child, START_MS, (report) =>
    report.is === "ready" ? true : undefined,
  );
  if (!ready.ok) return ready;
  let window = 0;
  const order = (message: ClientOrder): void => void child.send(message, () => {});
  return ok({
    openWindow: async () => {
      window++;
      const opened = nextReport<ClientReport, true>(child, WINDOW_MS, (report) =>
        report.is === "open" && report.window === window ? true : undefined,
      );
      order({ do: "open", window });
      const answer = await opened;
      return answer.ok ? ok(undefined) : answer;
    },
    closeWindow: async () => {
      const result = nextReport<ClientReport, WindowResult>(child, WINDOW_MS, (report) =>
        report.is === "window" && report.result.window === window ? report.result : undefined,
      );
      order({ do: "close" });
      return await result;
    },
    stop: async () => void (await end(child, 500)),
  });
}
