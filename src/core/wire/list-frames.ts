import { encodeMessage } from "./codec.ts";
import { MAX_FRAME } from "./frame.ts";
import type { FromWarden } from "./messages.ts";

/** Messages that are lists, of which each part says by itself what it says in the whole. */
type ListName = "seen" | "sensed";

/** At most in one message. With its arguments and folders one takes a kilobyte as a rule, and 20 at the very most. */
const ITEMS = 500;
/** The length in front is not counted in what a frame may hold. */
const LONGEST = MAX_FRAME + 4;

/** A list in as many messages as it takes for each to fit a frame, in its order. */
export function encodeList<K extends ListName>(name: K, items: FromWarden[K]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < items.length; at += ITEMS) frames.push(...fitting(name, items.slice(at, at + ITEMS)));
  return frames;
}

function fitting(name: ListName, items: FromWarden["seen"] | FromWarden["sensed"]): Uint8Array[] {
  const frame =
    name === "seen"
      ? encodeMessage(name, items as FromWarden["seen"])
      : encodeMessage(name, items as FromWarden["sensed"]);
  if (frame.length <= LONGEST || items.length < 2) return [frame];
  const half = items.length >> 1;
  return [...fitting(name, items.slice(0, half)), ...fitting(name, items.slice(half))];
}
