import { parentPort, workerData } from "node:worker_threads";
import { Epoll } from "./epoll.ts";
import { mapShared, pageBytes } from "./mmap.ts";
import { RingBuffer } from "./ring-buffer.ts";
import {
  BYTES,
  DAMAGED,
  FILL,
  NOTHING_NEW,
  PIPE,
  RECORDS,
  ringControl,
  SHED,
  STOP,
  TAKEN,
  type RingControl,
  type RingJob,
} from "./ring-control.ts";
import { Pace } from "./ring-pace.ts";
import { PipeSink } from "./ring-pipe.ts";
import { PostSink } from "./ring-post.ts";
import type { Moved, RingSink } from "./ring-sink.ts";

/** A sleeping thread looks at the stop flag so often. */
const WAIT_MS = 250;

read(workerData as RingJob);

/** The reader thread: sleeps in the kernel while the ring is empty, and naps between drains while it is not. */
function read(job: RingJob): void {
  const control = ringControl(job.control);
  const page = pageBytes();
  const consumer = mapShared(job.ringFd, page, 0, "write");
  const producer = mapShared(job.ringFd, page + 2 * job.ringBytes, page, "read");
  if (!consumer.ok) throw new Error(consumer.says);
  if (!producer.ok) throw new Error(producer.says);
  const [consumerMemory, producerMemory] = [consumer.value.memory, producer.value.memory];
  if (consumerMemory === undefined || producerMemory === undefined) return;
  const ring = new RingBuffer(consumerMemory, producerMemory, job.ringBytes);
  const epoll = new Epoll(job.ringFd);
  const pipe = job.to === "pipe" ? new PipeSink() : undefined;
  const sink = pipe ?? postTo(control);
  const { flags } = control;
  const pace = new Pace();
  try {
    while (Atomics.load(flags, STOP) === 0) {
      const fd = Atomics.exchange(flags, PIPE, NOTHING_NEW);
      if (fd !== NOTHING_NEW) pipe?.use(fd);
      tellFill(flags, ring.waiting / job.ringBytes);
      const moved = sink.move(ring);
      tell(control, ring, sink, moved);
      const pause = pace.after(moved, ring.waiting, performance.now());
      if (pause === "wait") epoll.readable(WAIT_MS);
      else Atomics.wait(flags, STOP, 0, pause);
    }
  } finally {
    sink.close();
    epoll.close();
    consumer.value.unmap();
    producer.value.unmap();
  }
}

function postTo({ flags }: RingControl): PostSink {
  let posted = 0;
  return new PostSink({
    ahead: () => posted - Atomics.load(flags, TAKEN),
    post(batch) {
      posted++;
      parentPort?.postMessage(batch, [batch]);
    },
  });
}

function tell({ totals }: RingControl, ring: RingBuffer, sink: RingSink, { records, bytes }: Moved): void {
  Atomics.store(totals, SHED, BigInt(sink.shed));
  Atomics.store(totals, DAMAGED, BigInt(ring.damaged));
  Atomics.add(totals, RECORDS, BigInt(records));
  Atomics.add(totals, BYTES, BigInt(bytes));
}

function tellFill(flags: Int32Array, fill: number): void {
  const millionths = Math.round(fill * 1e6);
  if (millionths > Atomics.load(flags, FILL)) Atomics.store(flags, FILL, millionths);
}
