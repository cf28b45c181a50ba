/** CLOCK_MONOTONIC in microseconds: the same in every thread and process of the host. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint()) / 1000;
}
