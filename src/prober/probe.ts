import type { Random } from "../core/random.ts";
import type { ProberJob, ProberNumbers } from "../core/wire/prober.ts";
import { getPage, knock } from "./ask.ts";
import { MetricReader } from "./metric.ts";
import { openLoop, type ProbeClock } from "./open-loop.ts";
import { AnswerWindow } from "./window.ts";

/** A request without an answer is given up after this, and counts as long. */
export const TIMEOUT_MS = 5000;
/** Numbers go up this often. */
const REPORT_MS = 500;
/** Requests that may wait for an answer at once; what is due beyond is lost. */
const MAX_OUTSTANDING = 256;

export interface ProbeWorld {
  readonly clock: ProbeClock;
  readonly random: Random;
  report(numbers: ProberNumbers): void;
}

/** Measures one workload until it is told to stop. */
export function startProbe(job: ProberJob, world: ProbeWorld): () => void {
  switch (job.kind) {
    case "http":
      return probe(job, world, (end) => getPage(job.spec.url, TIMEOUT_MS, (body) => end(body !== undefined)));
    case "tcp":
      return probe(job, world, (end) => knock(job.spec.address, job.spec.send, TIMEOUT_MS, end));
    case "metric":
      return readPages(job, world);
  }
}

type Answered = (ok: boolean) => void;

function probe(
  { workload, spec }: Extract<ProberJob, { kind: "http" | "tcp" }>,
  world: ProbeWorld,
  ask: (end: Answered) => void,
): () => void {
  const { clock } = world;
  const window = new AnswerWindow(spec, TIMEOUT_MS);
  const stopSending = openLoop(spec.perSecond, world, (dueMs) => {
    if (window.outstanding >= MAX_OUTSTANDING) return window.skipped(dueMs);
    const ended = window.sent(dueMs);
    ask((ok) => ended(ok ? clock.nowMs() : undefined));
  });
  const stopReporting = every(clock, REPORT_MS, () => world.report({ workload, ...window.read(clock.nowMs()) }));
  return () => {
    stopSending();
    stopReporting();
  };
}

function readPages({ workload, spec }: Extract<ProberJob, { kind: "metric" }>, world: ProbeWorld): () => void {
  const { clock } = world;
  const reader = new MetricReader(spec);
  let waiting = false;
  return every(clock, spec.everySeconds * 1000, () => {
    // A page that takes longer than the interval is not asked for twice at once.
    if (waiting) return;
    waiting = true;
    getPage(spec.url, TIMEOUT_MS, (body) => {
      waiting = false;
      const numbers = body === undefined ? { samples: 0 } : reader.take(body, clock.nowMs());
      world.report({ workload, ...numbers, failures: body === undefined ? 1 : 0 });
    });
  });
}

function every(clock: ProbeClock, ms: number, call: () => void): () => void {
  let cancel = clock.after(ms, turn);
  function turn(): void {
    cancel = clock.after(ms, turn);
    call();
  }
  return () => cancel();
}
