/** What a group has read from and written to storage since it was made, groups below included. */
export interface IoTotals {
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly ops: number;
}

/**
 * io.stat of v2: a line a device, "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6"
 * (Documentation/admin-guide/cgroup-v2.rst). A device that lies on another, as LVM does on a disk, counts
 * as one of its own, as in the kernel. Empty where nothing was read or written yet: that is zero, not unknown.
 */
export function parseIoStat(text: string | undefined): IoTotals | undefined {
  if (text === undefined) return undefined;
  return {
    readBytes: sumOf(text, /\brbytes=(\d{1,18})/g),
    writtenBytes: sumOf(text, /\bwbytes=(\d{1,18})/g),
    ops: sumOf(text, /\b[rw]ios=(\d{1,18})/g),
  };
}

/**
 * blkio.throttle.io_service_bytes and .io_serviced of v1: "8:0 Read 1" and further lines a device, of which Sync, Async
 * and Total tell the same once more (Documentation/admin-guide/cgroup-v1/blkio-controller.rst).
 */
export function parseBlkio(bytes: string | undefined, serviced: string | undefined): IoTotals | undefined {
  if (bytes === undefined || serviced === undefined) return undefined;
  return {
    readBytes: sumOf(bytes, / Read (\d{1,18})/g),
    writtenBytes: sumOf(bytes, / Write (\d{1,18})/g),
    ops: sumOf(serviced, / (?:Read|Write) (\d{1,18})/g),
  };
}

function sumOf(text: string, pattern: RegExp): number {
  let sum = 0;
  for (const [, digits] of text.matchAll(pattern)) sum += Number(digits);
  return sum;
}
