import { createHash } from "node:crypto";
import { shortened } from "../../core/printable.ts";
import type { IntentBody } from "./record.ts";

/**
 * Bytes of explanation that one asker, and all together, may add at once, and in an hour. An honest layer explains a
 * few changes a minute in a kilobyte each; one that asks at the guard's full rate and explains each in
 * eight facts would write gigabytes a day, and drive what happened before out of the limits on the journal's size.
 */
const ALLOWANCE = { asker: 256 * 1024, all: 1024 * 1024 } as const;
const HOUR_MS = 3_600_000;
/** Names are the asker's own choice: beyond so many they share one allowance. */
const MAX_ASKERS = 32;
const SHORT_REASON = 96;

interface Bucket {
  bytes: number;
  atMs: number;
}

/** Keeps explanations within an allowance. What changed, from, to and for whom is never left out. */
export class Thrift {
  private readonly askers = new Map<string, Bucket>();
  private readonly all: Bucket = { bytes: ALLOWANCE.all, atMs: Number.NEGATIVE_INFINITY };

  /** The body as it is written: whole, or with its evidence counted and hashed instead. Monotonic milliseconds. */
  shorten(body: IntentBody, nowMs: number): IntentBody {
    const told = JSON.stringify([body.reason, body.evidence]);
    const bytes = Buffer.byteLength(told);
    const [asker, all] = [this.bucketOf(body.agent, nowMs), refilled(this.all, ALLOWANCE.all, nowMs)];
    if (bytes <= asker.bytes && bytes <= all.bytes) {
      asker.bytes -= bytes;
      all.bytes -= bytes;
      return body;
    }
    if (body.evidence.length === 0 && body.reason.length <= SHORT_REASON) return body;
    const omitted = { evidence: body.evidence.length, bytes, sha256: createHash("sha256").update(told).digest("hex") };
    return { ...body, reason: shortened(body.reason, SHORT_REASON), evidence: [], omitted };
  }

  private bucketOf(agent: string, nowMs: number): Bucket {
    const name = this.askers.has(agent) || this.askers.size < MAX_ASKERS ? agent : "";
    const bucket = this.askers.get(name) ?? { bytes: ALLOWANCE.asker, atMs: nowMs };
    this.askers.set(name, bucket);
    return refilled(bucket, ALLOWANCE.asker, nowMs);
  }
}

function refilled(bucket: Bucket, capacity: number, nowMs: number): Bucket {
  const gained = (Math.max(0, nowMs - bucket.atMs) / HOUR_MS) * capacity;
  bucket.bytes = Math.min(capacity, bucket.bytes + gained);
  bucket.atMs = nowMs;
  return bucket;
}
