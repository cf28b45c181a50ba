import type { SensedEvent } from "../core/event.ts";
import { RecordDecoder } from "./decode.ts";

/** What a new decoder makes of records that follow each other. */
export function decode(...records: Uint8Array[]): { events: SensedEvent[]; damaged: number } {
  const events: SensedEvent[] = [];
  const { damaged } = new RecordDecoder().decode(Buffer.concat(records), (event) => events.push(event));
  return { events, damaged };
}
