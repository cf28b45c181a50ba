import type { ActionKind } from "../core/action.ts";
import type { ReadingName } from "../core/reading.ts";

/** One step by which a batch workload gives way. */
export interface Rung {
  readonly kind: ActionKind & ReadingName;
  readonly value: number;
  /** Whether a reading of the knob shows that it is there already, by somebody else's hand. */
  readonly isReached: (reading: number) => boolean;
  /** Completes "NAME ...", for people. */
  readonly says: string;
}

/**
 * Standing on rung n means that the first n settings are in force. Measured with redis beside four hogs on two cores
 * (kernel 6.18, open-loop client at 5,000 requests/s): a weight of next to nothing brings p99 from 5.4 to 3.8 ms, cpu.idle
 * to 0.7 ms, each for about a tenth of the batch work; quotas and nice are behind both. Weight still comes first: it is
 * enough where the service needs throughput rather than wake-ups, and costs batch latency the least.
 *
 * cpu.weight cannot be written once cpu.idle is 1 (sched_group_set_shares in kernel/sched/fair.c refuses): the order
 * of the rungs is the order of the writes.
 */
export const LADDER: readonly Rung[] = [
  {
    kind: "cpu.weight",
    value: 10,
    isReached: (weight) => weight <= 10,
    says: "takes a tenth of an ordinary share of the CPU",
  },
  {
    kind: "cpu.idle",
    value: 1,
    isReached: (flag) => flag >= 1,
    says: "runs only when nothing else wants the CPU",
  },
];
