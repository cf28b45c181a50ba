import { RING_HEADER_BYTES, ringStep } from "../core/wire/ring-format.ts";

/** Records as the kernel lays them in the ring, one behind the other. `flags`: of every one. For tests. */
export function ringRegion(records: readonly Uint8Array[], flags = 0): Uint8Array {
  const region = new Uint8Array(records.reduce((sum, record) => sum + ringStep(record.length), 0));
  const view = new DataView(region.buffer);
  let at = 0;
  for (const record of records) {
    view.setUint32(at, (record.length | flags) >>> 0, true);
    region.set(record, at + RING_HEADER_BYTES);
    at += ringStep(record.length);
  }
  return region;
}
