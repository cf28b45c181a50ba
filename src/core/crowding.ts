import { HOST } from "./entity.ts";
import type { Reading, ReadingName } from "./reading.ts";

/*
 * Whether a wait for a CPU is for want of CPU time. A 99th percentile of a few hundred waits is the third largest of them: on a
 * host with a CPU to spare that is a turn of the kernel's own, of the layer's, or of another guest of the same machine, comes in
 * clusters, and nobody's giving way mends it. Told by size, not by rank: how much of the host is in use, how much of the time is waited.
 */
export const CROWDING = {
  /** Of the host's CPUs in use, from which a task that wakes may find none free. */
  share: 0.85,
  /** The same where tasks wait for so much of the time besides: a second that was only in part like that, or a task that may not go elsewhere. */
  pressed: { share: 0.75, pressure: 0.5 },
  /** Of its target, from which a mean wait says that it is not only the tail. */
  mean: 0.5,
  /** Of the time, from which a service's waiting is more than a few accidents: its waits added up, or its own pressure. */
  waiting: 0.2,
} as const;

type Numbers = ReadonlyMap<ReadingName, number>;

/** True where nothing is known. `cpus` of the host; undefined: only its pressure tells. */
export function isCrowded(readings: readonly Reading[], cpus: number | undefined): boolean {
  const of = (name: ReadingName): number | undefined =>
    readings.find((reading) => reading.entity === HOST && reading.name === name)?.value;
  const pressure = of("pressure.cpu.some");
  const cores = of("cpu.cores");
  const { share, pressed } = CROWDING;
  if (cpus === undefined || cores === undefined) return pressure === undefined || pressure >= pressed.pressure;
  return cores >= share * cpus || (cores >= pressed.share * cpus && (pressure ?? 0) >= pressed.pressure);
}

/** Whether a service waits by no more than now and then, however long; false where only its mean is known. */
export function waitsInTailOnly(numbers: Numbers, targetNs: number): boolean {
  const meanNs = numbers.get("runq.delay.mean");
  const perSecond = numbers.get("runq.count");
  if (meanNs === undefined || perSecond === undefined) return false;
  const waiting = Math.max((meanNs * perSecond) / 1e9, numbers.get("pressure.cpu.some") ?? 0);
  return meanNs < CROWDING.mean * targetNs || waiting < CROWDING.waiting;
}
