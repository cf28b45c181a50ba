import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { ClientWindow, type WindowResult } from "./client-window.ts";
import { monotonicUs } from "./monotonic.ts";
import type { Pace } from "./pacer.ts";
import { programFile } from "./program.ts";
import { encodeCommand, ReplyReader } from "./resp.ts";

/** What the client is started with, as JSON in its first argument. */
export interface ClientPlan extends Pace {
  /** One per shard; requests take turns. */
  readonly sockets: readonly string[];
  readonly connectionsPerSocket: number;
  /** Commands that fill the service before it is measured. */
  readonly fill: readonly (readonly string[])[];
  /** The one command that every request sends. */
  readonly query: readonly string[];
}

export type ClientOrder = { readonly do: "open"; readonly window: number } | { readonly do: "close" };
export type ClientReport =
  | { readonly is: "ready" }
  | { readonly is: "open"; readonly window: number }
  | { readonly is: "window"; readonly result: WindowResult }
  | { readonly is: "error"; readonly says: string };

/** How long answers may still come after a window was closed, microseconds. */
const GRACE_US = 2_000_000;
const MAX_PENDING = 200_000;
/**
 * A window opens once hardly anything waits from before it, so that no round pays for its
 * predecessor; or after this time, for a service that never catches up.
 */
const DRAIN = { pending: 20, patienceUs: 3_000_000, lookMs: 5 } as const;

interface Pending {
  readonly dueUs: number;
  readonly window: ClientWindow | undefined;
}

/** One connection: answers come in the order of the requests. */
interface Lane {
  readonly socket: Socket;
  readonly reader: ReplyReader;
  readonly pending: Pending[];
  head: number;
}

function tell(report: ClientReport): void {
  process.send?.(report);
}

function fail(says: string): void {
  tell({ is: "error", says });
  process.exitCode = 1;
  process.disconnect?.();
}

async function openLane(path: string): Promise<Lane> {
  const socket = connect(path);
  const lane: Lane = { socket, reader: new ReplyReader(), pending: [], head: 0 };
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("data", () => resolve());
    socket.write(encodeCommand("PING"));
  });
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => fail("the service closed the connection"));
  return lane;
}

async function run(plan: ClientPlan): Promise<void> {
  const lanes: Lane[] = [];
  for (let i = 0; i < plan.connectionsPerSocket; i++) for (const path of plan.sockets) lanes.push(await openLane(path));
  const query = encodeCommand(...plan.query);
  for (const lane of lanes.slice(0, plan.sockets.length))
    for (const command of plan.fill) {
      lane.pending.push({ dueUs: 0, window: undefined });
      lane.socket.write(encodeCommand(...command));
    }
  let current: ClientWindow | undefined;
  let turn = 0;
  let served = 0;
  let servedBefore = 0;

  const settle = (window: ClientWindow): void => {
    if (current !== window) return;
    const nowUs = monotonicUs();
    for (const lane of lanes)
      for (const request of lane.pending.slice(lane.head))
        if (request.window === window) window.onUnanswered(request.dueUs, nowUs);
    current = undefined;
    tell({ is: "window", result: window.result(served - servedBefore) });
  };

  const send = (dueUs: number): void => {
    const lane = lanes[turn++ % lanes.length];
    if (lane === undefined) return;
    const window = current?.holds(dueUs) ? current : undefined;
    if (lane.pending.length - lane.head > MAX_PENDING / lanes.length) return fail("the service does not keep up");
    lane.pending.push({ dueUs, window });
    window?.onSent(dueUs, monotonicUs());
    lane.socket.write(query);
  };

  const receive = (lane: Lane, chunk: Buffer): void => {
    const replies = lane.reader.push(chunk);
    const nowUs = monotonicUs();
    served += replies.length;
    for (const reply of replies) {
      const request = lane.pending[lane.head++];
      request?.window?.onAnswer(request.dueUs, nowUs, reply.error);
      if (request?.window?.open === 0 && !request.window.holds(nowUs)) settle(request.window);
    }
    if (lane.head > 1024) {
      lane.pending.splice(0, lane.head);
      lane.head = 0;
    }
  };

  const openWhenDrained = (window: number, untilUs: number): void => {
    const nowUs = monotonicUs();
    const waiting = lanes.reduce((sum, lane) => sum + lane.pending.length - lane.head, 0);
    if (waiting > DRAIN.pending && nowUs < untilUs) {
      setTimeout(() => openWhenDrained(window, untilUs), DRAIN.lookMs);
      return;
    }
    current = new ClientWindow(window, nowUs);
    servedBefore = served;
    tell({ is: "open", window });
  };

  for (const lane of lanes) lane.socket.on("data", (chunk: Buffer) => receive(lane, chunk));
  process.on("message", (order: ClientOrder) => {
    const nowUs = monotonicUs();
    if (order.do === "open") return openWhenDrained(order.window, nowUs + DRAIN.patienceUs);
    const closing = current;
    closing?.close(nowUs);
    if (closing !== undefined) setTimeout(() => settle(closing), closing.open === 0 ? 0 : GRACE_US / 1000);
  });
  const pacer = new Worker(programFile("./pacer"), {
    workerData: { ratePerSecond: plan.ratePerSecond, seed: plan.seed },
  });
  pacer.on("message", send);
  pacer.on("error", (error: Error) => fail(error.message));
  tell({ is: "ready" });
}

process.once("disconnect", () => process.exit());
run(JSON.parse(process.argv[2] ?? "{}") as ClientPlan).catch((error: unknown) => fail(String(error)));
