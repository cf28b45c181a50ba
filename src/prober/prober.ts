import { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import { parseJson } from "../core/wire/codec.ts";
import { PROBER_FRAME, type ProberJob, type ProberNumbers } from "../core/wire/prober.ts";
import { startProbe } from "./probe.ts";

/** Descriptor of the only channel: jobs come down, numbers go up. */
const CHANNEL_FD = 3;

/**
 * The prober: asks the services that the configuration names, from outside, and tells how long they took. It may do
 * nothing else: no file, no privilege, no other process; and it is believed nothing but numbers.
 */
export function runProber(): void {
  const channel = new Socket({ fd: CHANNEL_FD });
  const reader = new FrameReader();
  const encoder = new TextEncoder();
  let running: (() => void)[] = [];
  const report = (numbers: ProberNumbers): void => {
    channel.write(encodeFrame(PROBER_FRAME.numbers, encoder.encode(JSON.stringify(numbers))));
  };
  const take = (jobs: readonly ProberJob[]): void => {
    for (const stop of running) stop();
    running = jobs.map((job) => startProbe(job, { clock: CLOCK, random: Math.random, report }));
  };
  channel.on("data", (chunk: Buffer) => {
    const frames = reader.push(chunk);
    if (!frames.ok) return process.exit(1);
    for (const { type, payload } of frames.value) {
      const body = parseJson(payload);
      if (type !== PROBER_FRAME.jobs || !body.ok) return process.exit(1);
      take(body.value as readonly ProberJob[]);
    }
  });
  channel.on("error", () => process.exit(1));
  channel.on("close", () => process.exit(0));
}

const CLOCK = {
  nowMs: () => performance.now(),
  after: (ms: number, call: () => void) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
