import { ok, type Result } from "../../src/core/errors.ts";
import { type Crew, end } from "../../src/lab/crew.ts";
import { nextReport } from "../../src/lab/next-report.ts";
import { benchProgram } from "./programs.ts";
import type { OpenLoopOrder, OpenLoopPlan, OpenLoopReport } from "./programs/open-loop.ts";
import { SampleReader, type Samples } from "./sample-log.ts";

/** What a service's clients see. */
export interface Traffic {
  /** The group that serves. */
  readonly name: string;
  /** Requests that were due in the window (CLOCK_MONOTONIC, microseconds), once they are answered or given up. */
  between(fromUs: number, toUs: number): Promise<Result<Samples>>;
  /** Resolves once hardly anything waits, so that no round pays for its predecessor; or after three seconds, for a service that never catches up. */
  drained(): Promise<Result<void>>;
  /** Share of the highest load. */
  setLoad(share: number): void;
  stop(): Promise<void>;
}

const START_MS = 8000;
/** Longer than the client's own patience. */
const SETTLE_MS = 5000;

export async function startOpenLoop(
  crew: Crew,
  name: string,
  plan: OpenLoopPlan,
  cpus: string,
): Promise<Result<Traffic>> {
  const child = crew.start({
    name: `client of ${name}`,
    argv: benchProgram("open-loop", JSON.stringify(plan)),
    urgent: true,
    cpus,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ready = await nextReport<OpenLoopReport, true>(child, START_MS, (report) =>
    report.is === "ready" ? true : undefined,
  );
  if (!ready.ok) return ready;
  const reader = new SampleReader(plan.log);
  const order = (message: OpenLoopOrder): void => void child.send(message, () => {});
  let asked = 0;
  return ok({
    name,
    setLoad: (share) => order({ do: "load", share }),
    drained: async () => {
      const id = ++asked;
      const done = nextReport<OpenLoopReport, true>(child, SETTLE_MS, (report) =>
        report.is === "drained" && report.id === id ? true : undefined,
      );
      order({ do: "drain", id });
      const answer = await done;
      return answer.ok ? ok(undefined) : answer;
    },
    between: async (fromUs, toUs) => {
      const id = ++asked;
      const settled = nextReport<OpenLoopReport, true>(child, SETTLE_MS, (report) =>
        report.is === "settled" && report.id === id ? true : undefined,
      );
      order({ do: "settle", id, toUs });
      const answer = await settled;
      if (!answer.ok) return answer;
      reader.readNew();
      return ok(reader.list.between(fromUs, toUs));
    },
    stop: async () => {
      await end(child, 500);
      reader.close();
    },
  });
}
