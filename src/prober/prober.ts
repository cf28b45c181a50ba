import { lookup } from "node:dns/promises";
import { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import { parseJson } from "../core/wire/codec.ts";
import { PROBER_FRAME, type ProberAnswer, type ProberJob, type ProberNumbers } from "../core/wire/prober.ts";
import { lookUp, type Resolve } from "./look-up.ts";
import { startProbe } from "./probe.ts";

/** Descriptor of the only channel: jobs come down, numbers go up; or names come down, addresses go up. */
const CHANNEL_FD = 3;

/**
 * The prober: asks the services that the configuration names, from outside, and tells how long they took. It may do
 * nothing else: no file, no privilege, no other process; and it is believed nothing but numbers. Another of the same kind
 * lives for one round of looking up the names that rules compare with: that one reads what resolvers answer, and nothing else.
 */
export function runProber(): void {
  const channel = new Socket({ fd: CHANNEL_FD });
  const reader = new FrameReader();
  const encoder = new TextEncoder();
  let running: (() => void)[] = [];
  const say = (type: number, body: ProberNumbers | ProberAnswer): void => {
    channel.write(encodeFrame(type, encoder.encode(JSON.stringify(body))));
  };
  const report = (numbers: ProberNumbers): void => say(PROBER_FRAME.numbers, numbers);
  const take = (jobs: readonly ProberJob[]): void => {
    for (const stop of running) stop();
    running = jobs.map((job) => startProbe(job, { clock: CLOCK, random: Math.random, report }));
  };
  channel.on("data", (chunk: Buffer) => {
    const frames = reader.push(chunk);
    if (!frames.ok) return process.exit(1);
    for (const { type, payload } of frames.value) {
      const body = parseJson(payload);
      if (!body.ok) return process.exit(1);
      if (type === PROBER_FRAME.jobs) take(body.value as readonly ProberJob[]);
      else if (type === PROBER_FRAME.names)
        void lookUp(body.value as readonly string[], byTheHost, (answer) => say(PROBER_FRAME.answer, answer));
      else return process.exit(1);
    }
  });
  channel.on("error", () => process.exit(1));
  channel.on("close", () => process.exit(0));
}

/** As programs of this host have it: /etc/hosts, then the servers of /etc/resolv.conf (getaddrinfo(3)). */
const byTheHost: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

const CLOCK = {
  nowMs: () => performance.now(),
  after: (ms: number, call: () => void) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
