import { z } from "zod";
import {
  ACTION_KINDS,
  type ActionKind,
  type Decision,
  type LeaseInfo,
  type Proposal,
  type Reverted,
} from "../action.ts";
import type { Config } from "../config.ts";
import type { SeenProcess, SensedEvent } from "../event.ts";
import type { ReadingBatch } from "../reading.ts";

/** Numbers of the frame types. Warden to hive below 64, hive to warden from 64 on. */
export const MESSAGE = {
  hello: 1,
  seen: 2,
  events: 3,
  readings: 4,
  decision: 5,
  reverted: 6,
  leases: 7,
  answer: 8,
  stop: 9,
  config: 10,
  sensed: 11,
  ready: 64,
  alive: 65,
  propose: 66,
  undo: 67,
  restore: 68,
  watch: 69,
} as const;

/** What the hive is told at its start. */
export interface Hello {
  readonly version: string;
  readonly config: Config;
  /** The hive's own folder, as the hive sees it: memory, API socket. */
  readonly folder: string;
  /** "ebpf" or "procfs": where events come from. */
  readonly events: "ebpf" | "procfs";
  /** Sentences that the view shows: what is missing here and what is lost by it. */
  readonly missing: readonly string[];
  /** CLOCK_REALTIME minus CLOCK_BOOTTIME, milliseconds. */
  readonly bootWallMs: number;
  readonly wardenPid: number;
}

/** What the hive wants undone, or the answer to it. */
export interface Answer {
  readonly request: string;
  readonly ok: boolean;
  readonly code: string;
  readonly says: string;
}

/** Warden to hive; `events` is the one binary type (records as in bpf/swarms.h, one after the other). */
export interface FromWarden {
  hello: Hello;
  seen: readonly SeenProcess[];
  readings: ReadingBatch;
  decision: Decision;
  reverted: Reverted;
  leases: readonly LeaseInfo[];
  answer: Answer;
  /** Events found by comparing procfs with itself, where there is no eBPF. */
  sensed: readonly SensedEvent[];
  /** The configuration was reloaded. */
  config: Config;
  stop: Record<string, never>;
}

const text = (max: number) => z.string().max(max);
const time = z.number().min(0).max(1e16);

const evidence = z.strictObject({
  atMs: time,
  agent: text(64),
  kind: text(64),
  entity: text(512),
  weight: z.number().min(0).max(1000),
  says: text(1024),
  numbers: z.record(text(64), z.number()).refine((numbers) => Object.keys(numbers).length <= 32, "at most 32 numbers"),
});

/** The only things that a hive can say. Every field is bounded; anything else ends the connection. */
export const fromHive = {
  ready: z.strictObject({
    pid: z
      .int()
      .min(1)
      .max(2 ** 22),
    permission: z.boolean(),
  }),
  alive: z.strictObject({ seq: z.int().min(0) }),
  propose: z.strictObject({
    id: text(64).min(1),
    agent: text(64).min(1),
    kind: z.enum(ACTION_KINDS as [ActionKind, ...ActionKind[]]),
    target: text(4096).min(1),
    value: z.number().min(-1e12).max(1e12),
    leaseMs: z.number().min(1).max(86_400_000),
    reason: text(1024),
    evidence: z.array(evidence).max(32),
    incident: text(64).exactOptional(),
  }),
  undo: z.strictObject({ request: text(64).min(1), action: text(64).min(1), by: text(128) }),
  /** Somebody is looking: sample more often while there are viewers. */
  watch: z.strictObject({ viewers: z.int().min(0).max(1024) }),
  restore: z.strictObject({ request: text(64).min(1), by: text(128) }),
} as const;

export type HiveMessageName = keyof typeof fromHive;
type Checked = { [K in HiveMessageName]: z.infer<(typeof fromHive)[K]> };
/** Hive to warden. A checked proposal is a `Proposal`: schema and type must stay the same thing. */
export type FromHive = Omit<Checked, "propose"> & { propose: Proposal };
const sameProposal: (message: Checked["propose"]) => Proposal = (message) => message;
void sameProposal;
