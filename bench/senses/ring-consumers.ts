import { closeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openPipe } from "../../src/kernel/pipe.ts";
import { RingReader, type RingReaderOptions } from "../../src/kernel/ring-reader.ts";
import { FLAT_OUT_RING_BYTES, type FlatOut } from "./flat-out-load.ts";
import type { Bench } from "./part.ts";
import { threadCpuNs, threadsOf } from "./thread-cpu.ts";

export interface Taken {
  readonly records: number;
  /** CPU time of the thread that takes the ring, and of nothing else. */
  readonly cpuNs: number;
}

interface Taking {
  /** Nothing more is made: takes the rest, and ends. */
  end(): Promise<Taken>;
}

/** Takes the ring from now on. */
export type Consumer = (bench: Bench, load: FlatOut) => Promise<Taking>;

/** Time for the last records to be taken: several naps of any reader. */
const SETTLE_MS = 200;
/** As much as /proc/sys/fs/pipe-max-size allows everybody by default. */
const PIPE_BYTES = 1 << 20;

/** As in the warden: the reader thread writes what is in the ring into a pipe. Whoever reads that is another's cost. */
export const pipingReader: Consumer = async (bench, load) => {
  const pipe = openPipe(PIPE_BYTES);
  if (!pipe.ok) throw new Error(pipe.says);
  const sink = bench.children.start(bench.programs.program("sink"), [], [pipe.value.readFd, "pipe", "inherit"]);
  closeSync(pipe.value.readFd);
  const reader = await startReader(load, {});
  reader.thread.pipeTo(pipe.value.writeFd);
  return {
    end: async () => {
      const taken = await reader.end();
      await sink.ended(5000);
      return taken;
    },
  };
};

/** As in `swarms record`: the reader thread hands copies to its owner, which here lets them go. */
export const postingReader: Consumer = (_bench, load) => startReader(load, { onBatch: () => undefined });

/** libbpf's consumer, in C. */
export function libbpfConsumer(mode: "poll" | "nap"): Consumer {
  return async ({ programs, children }, load) => {
    const program = programs.program("libbpf-consumer", ["bpf"]);
    const child = children.start(program, [mode], ["ignore", "pipe", "inherit", load.ringFd]);
    await child.line();
    return {
      end: async () => {
        await pause(SETTLE_MS);
        child.signal("SIGTERM");
        const [line] = await Promise.all([child.line(), child.ended(5000)]);
        return JSON.parse(line) as Taken;
      },
    };
  };
}

async function startReader(
  load: FlatOut,
  to: Pick<RingReaderOptions, "onBatch">,
): Promise<Taking & { readonly thread: RingReader }> {
  const before = new Set(threadsOf("self"));
  const thread = new RingReader({
    ringFd: load.ringFd,
    ringBytes: FLAT_OUT_RING_BYTES,
    onFailure: (says) => {
      throw new Error(says);
    },
    ...to,
  });
  // Its start is no part of what a record costs.
  await pause(SETTLE_MS);
  const [tid, ...others] = threadsOf("self").filter((each) => !before.has(each));
  if (tid === undefined || others.length > 0) throw new Error("which thread is the reader cannot be told");
  const beforeNs = threadCpuNs("self", tid);
  return {
    thread,
    end: async () => {
      await pause(SETTLE_MS);
      const cpuNs = threadCpuNs("self", tid) - beforeNs;
      const { records } = thread.totals();
      await thread.close();
      return { records, cpuNs };
    },
  };
}
