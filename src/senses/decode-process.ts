import type { ProcessRef } from "../core/entity.ts";
import { COMM_BYTES } from "./records.ts";
import type { StringCache } from "./decode-strings.ts";

/** Clock ticks of /proc (USER_HZ) are 10 ms on every architecture that Node runs on. */
const TICK_NS = 10_000_000;
/** 2^32 ns are so many whole ticks and a rest. */
const WHOLE_TICKS = Math.floor(2 ** 32 / TICK_NS);
const REST_NS = 2 ** 32 % TICK_NS;
const PID_MAX = 2 ** 22;
/** A start later than 146 years after boot is none. */
const START_HIGH_MAX = 2 ** 30;
/** Processes held at once, a power of two: those whose pids share a place take it from each other. */
const PLACES = 8192;

interface Known {
  readonly ref: ProcessRef;
  readonly startLow: number;
  readonly startHigh: number;
  /** The last name that came with it, as its four words. */
  comm: string;
  comm0: number;
  comm1: number;
  comm2: number;
  comm3: number;
}

/**
 * The processes of records, one object for each, with its text form at hand: who makes many events is looked up by
 * pid and start time instead of being made anew, name included.
 */
export class ProcessPlaces {
  private readonly places: (Known | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  /** By the pid at `pidAt` and the start, nanoseconds since boot, at `startAt`; undefined where they are impossible. */
  at(view: DataView, pidAt: number, startAt: number, minPid = 1): ProcessRef | undefined {
    return this.known(view, pidAt, startAt, minPid)?.ref;
  }

  /** The same with a printable name. */
  named(
    records: Uint8Array,
    view: DataView,
    pidAt: number,
    startAt: number,
    commAt: number,
    strings: StringCache,
  ): { readonly ref: ProcessRef; readonly comm: string } | undefined {
    const known = this.known(view, pidAt, startAt, 1);
    if (known === undefined) return undefined;
    const word0 = view.getUint32(commAt, true);
    const word1 = view.getUint32(commAt + 4, true);
    const word2 = view.getUint32(commAt + 8, true);
    const word3 = view.getUint32(commAt + 12, true);
    if (word0 !== known.comm0 || word1 !== known.comm1 || word2 !== known.comm2 || word3 !== known.comm3) {
      known.comm = strings.read(records, commAt, COMM_BYTES);
      known.comm0 = word0;
      known.comm1 = word1;
      known.comm2 = word2;
      known.comm3 = word3;
    }
    return known;
  }

  private known(view: DataView, pidAt: number, startAt: number, minPid: number): Known | undefined {
    const pid = view.getUint32(pidAt, true);
    const startLow = view.getUint32(startAt, true);
    const startHigh = view.getUint32(startAt + 4, true);
    const place = pid & (PLACES - 1);
    const known = this.places[place];
    if (known !== undefined && known.ref.pid === pid && known.startLow === startLow && known.startHigh === startHigh)
      return pid < minPid ? undefined : known;
    if (pid < minPid || pid > PID_MAX || startHigh >= START_HIGH_MAX) return undefined;
    const startTicks = ticks(startHigh, startLow);
    const ref = { pid, startTicks, key: `p:${pid}@${startTicks}` };
    const fresh = { ref, startLow, startHigh, comm: "", comm0: 0, comm1: 0, comm2: 0, comm3: 0 };
    this.places[place] = fresh;
    return fresh;
  }
}

/** floor(ns / TICK_NS) from its two halves: as one double, nanoseconds are exact for 104 days only. */
function ticks(high: number, low: number): number {
  return high * WHOLE_TICKS + Math.floor((high * REST_NS + low) / TICK_NS);
}
