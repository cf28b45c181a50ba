import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { seededRandom } from "../../../src/core/random.ts";
import { monotonicUs } from "../../../src/lab/monotonic.ts";
import { programFile } from "../../../src/lab/program.ts";
import { encodeCommand, ReplyReader } from "../../../src/lab/resp.ts";
import { HttpReplyReader, type ReplyCutter } from "../http-reply.ts";
import { SampleWriter } from "../sample-log.ts";

/*
 * Sends requests when they are due, as a Poisson process gives, whatever became of the earlier ones, and logs each with the
 * time from when it was *due* to its answer: a service that stalls shows in full (no coordinated omission).
 */

/** What it is started with, as JSON in its first argument. */
export interface OpenLoopPlan {
  readonly protocol: "resp" | "http";
  /** On 127.0.0.1; requests take turns. */
  readonly ports: readonly number[];
  readonly connectionsPerPort: number;
  /** The highest load there will be; `share` of it is sent at first. */
  readonly ratePerSecond: number;
  readonly share: number;
  readonly seed: number;
  /** RESP: commands that fill the service. */
  readonly fill: readonly (readonly string[])[];
  /** RESP: the words of the one command. HTTP: the path. */
  readonly query: readonly string[];
  readonly log: string;
}

export type OpenLoopOrder =
  | { readonly do: "load"; readonly share: number }
  /** Says when hardly anything waits, or that it has waited long enough for that. */
  | { readonly do: "drain"; readonly id: number }
  /** Logs every request that was due before, answered or not, then says so. */
  | { readonly do: "settle"; readonly id: number; readonly toUs: number };

export type OpenLoopReport =
  | { readonly is: "ready" }
  | { readonly is: "drained"; readonly id: number }
  | { readonly is: "settled"; readonly id: number; readonly unanswered: number }
  | { readonly is: "error"; readonly says: string };

/** How long answers may still come after a window was closed. */
const GRACE_MS = 2000;
const DRAIN = { pending: 20, patienceMs: 3000, lookMs: 5 } as const;
const MAX_PENDING = 200_000;

interface Lane {
  readonly socket: Socket;
  readonly reader: ReplyCutter;
  /** When the requests were due, in the order of their answers; NaN: not to be logged (again). */
  readonly pending: number[];
  head: number;
}

const tell = (report: OpenLoopReport): void => void process.send?.(report);

function fail(says: string): void {
  tell({ is: "error", says });
  process.exitCode = 1;
  process.disconnect?.();
}

async function openLane(plan: OpenLoopPlan, port: number): Promise<Lane> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const reader = plan.protocol === "resp" ? new ReplyReader() : new HttpReplyReader();
  await new Promise<void>((resolve, reject) => socket.once("error", reject).once("connect", () => resolve()));
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => fail("the service closed the connection"));
  return { socket, reader, pending: [], head: 0 };
}

function bytesOf({ protocol, query }: OpenLoopPlan): Buffer {
  return protocol === "resp"
    ? encodeCommand(...query)
    : Buffer.from(`GET ${query[0] ?? "/"} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n`);
}

async function run(plan: OpenLoopPlan): Promise<void> {
  const lanes: Lane[] = [];
  for (let i = 0; i < plan.connectionsPerPort; i++)
    for (const port of plan.ports) lanes.push(await openLane(plan, port));
  const log = new SampleWriter(plan.log);
  const request = bytesOf(plan);
  // Leaving out arrivals of a Poisson process by chance leaves a Poisson process.
  const chance = seededRandom(plan.seed + 1);
  let share = plan.share;
  let turn = 0;
  for (const lane of lanes.slice(0, plan.ports.length))
    for (const command of plan.fill) {
      lane.pending.push(Number.NaN);
      lane.socket.write(encodeCommand(...command));
    }

  const send = (dueUs: number): void => {
    if (chance() >= share) return;
    const lane = lanes[turn++ % lanes.length];
    if (lane === undefined) return;
    if (lane.pending.length - lane.head > MAX_PENDING / lanes.length) return fail("the service does not keep up");
    lane.pending.push(dueUs);
    lane.socket.write(request);
  };

  const receive = (lane: Lane, chunk: Buffer): void => {
    const replies = lane.reader.push(chunk);
    const nowUs = monotonicUs();
    for (const { error } of replies) {
      if (error) return fail("the service answered with an error");
      const dueUs = lane.pending[lane.head++] ?? Number.NaN;
      if (!Number.isNaN(dueUs)) log.add(dueUs, nowUs - dueUs);
    }
    if (lane.head > 1024) {
      lane.pending.splice(0, lane.head);
      lane.head = 0;
    }
  };

  const isOpen = (toUs: number): boolean => lanes.some(({ pending, head }) => (pending[head] ?? Infinity) < toUs);

  const settle = (id: number, toUs: number, untilMs: number): void => {
    if (isOpen(toUs) && performance.now() < untilMs) {
      setTimeout(() => settle(id, toUs, untilMs), 5);
      return;
    }
    const nowUs = monotonicUs();
    let unanswered = 0;
    for (const { pending, head } of lanes)
      for (let i = head; i < pending.length; i++) {
        const dueUs = pending[i] ?? Number.NaN;
        if (!(dueUs < toUs)) continue;
        // It may not drop out because it was slow: it counts with the time that it has waited so far.
        log.add(dueUs, nowUs - dueUs);
        pending[i] = Number.NaN;
        unanswered++;
      }
    log.flush();
    tell({ is: "settled", id, unanswered });
  };

  const drain = (id: number, untilMs: number): void => {
    const waiting = lanes.reduce((sum, { pending, head }) => sum + pending.length - head, 0);
    if (waiting > DRAIN.pending && performance.now() < untilMs) setTimeout(() => drain(id, untilMs), DRAIN.lookMs);
    else tell({ is: "drained", id });
  };

  for (const lane of lanes) lane.socket.on("data", (chunk: Buffer) => receive(lane, chunk));
  process.on("message", (order: OpenLoopOrder) => {
    if (order.do === "load") share = order.share;
    else if (order.do === "drain") drain(order.id, performance.now() + DRAIN.patienceMs);
    else settle(order.id, order.toUs, performance.now() + GRACE_MS);
  });
  const { ratePerSecond, seed } = plan;
  const pacer = new Worker(programFile("./pacer"), { workerData: { ratePerSecond, seed } });
  pacer.on("message", send);
  pacer.on("error", (error: Error) => fail(error.message));
  tell({ is: "ready" });
}

process.once("disconnect", () => process.exit());
run(JSON.parse(process.argv[2] ?? "{}") as OpenLoopPlan).catch((error: unknown) => fail(String(error)));
