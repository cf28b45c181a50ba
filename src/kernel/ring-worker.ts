import { parentPort, workerData } from "node:worker_threads";
import { Epoll } from "./epoll.ts";
import { mapShared, pageBytes } from "./mmap.ts";
import { Batcher } from "./ring-batch.ts";
import { RingBuffer } from "./ring-buffer.ts";
import { DAMAGED, ringControl, SHED, STOP, TAKEN, type RingJob } from "./ring-control.ts";

/**
 * The reader thread. It sleeps in the kernel while the ring is empty, and naps between drains while it
 * is not: records that arrive during a nap cause no wake-up, which is what costs at high rates.
 */
const WAIT_MS = 100;

read(workerData as RingJob);

function read(job: RingJob): void {
  const { flags, losses } = ringControl(job.control);
  const page = pageBytes();
  const consumer = mapShared(job.ringFd, page, 0, "write");
  const producer = mapShared(job.ringFd, page + 2 * job.ringBytes, page, "read");
  if (!consumer.ok) throw new Error(consumer.says);
  if (!producer.ok) throw new Error(producer.says);
  const [consumerMemory, producerMemory] = [consumer.value.memory, producer.value.memory];
  if (consumerMemory === undefined || producerMemory === undefined) return;
  const ring = new RingBuffer(consumerMemory, producerMemory, job.ringBytes);
  let posted = 0;
  const batcher = new Batcher({
    ahead: () => posted - Atomics.load(flags, TAKEN),
    post(batch) {
      posted++;
      parentPort?.postMessage(batch, [batch]);
    },
    fullness: () => ring.waiting / job.ringBytes,
  });
  const epoll = new Epoll(job.ringFd);
  try {
    while (Atomics.load(flags, STOP) === 0) {
      const taken = ring.drain(batcher.take);
      const flushed = batcher.flush();
      Atomics.store(losses, SHED, BigInt(batcher.shed));
      Atomics.store(losses, DAMAGED, BigInt(ring.damaged));
      // What the owner cannot take yet keeps the ring readable: waiting on it would not wait.
      if (taken > 0 || !flushed || ring.waiting > 0) Atomics.wait(flags, STOP, 0, job.napMs);
      else epoll.readable(WAIT_MS);
    }
  } finally {
    epoll.close();
    consumer.value.unmap();
    producer.value.unmap();
  }
}
