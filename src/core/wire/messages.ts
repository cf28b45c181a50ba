import type { z } from "zod";
import type { Decision, LeaseInfo, Proposal, Reverted } from "../action.ts";
import type { fromHive } from "./schema.ts";
import type { Config } from "../config.ts";
import type { ContainerInfo } from "../container-info.ts";
import type { HostAddresses } from "../host-name.ts";
import type { GuardInfo } from "../guard-info.ts";
import type { SeenProcess, SensedEvent } from "../event.ts";
import type { OutputStatus } from "../output-record.ts";
import type { PluginSource } from "../plugin.ts";
import type { PluginKnob } from "../actions-plugin.ts";
import type { ReadingBatch } from "../reading.ts";
import type { RuleSources } from "../rule-sources.ts";
import type { ProfileReport } from "../sequence-profile.ts";

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
  self: 12,
  guard: 13,
  rules: 14,
  profileStates: 15,
  told: 16,
  outputs: 17,
  containers: 18,
  addresses: 19,
  ready: 64,
  alive: 65,
  propose: 66,
  undo: 67,
  restore: 68,
  watch: 69,
  wants: 70,
  profiles: 71,
  tell: 72,
  resolve: 73,
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
  /** The layer's files and folders as the host has them: state, programs. What the hive sees of them may lie elsewhere. */
  readonly own?: readonly string[];
  /** Agents from folders that the configuration lists, as texts. */
  readonly plugins?: readonly PluginSource[];
  /** Knobs that plugins add, as the guard took them. */
  readonly knobs?: readonly PluginKnob[];
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
  /** The hive's pid as the host has it: in its own pid namespace it is 1. */
  self: { readonly pid: number };
  /** What the guard counted and raised, and what waits for people; told when it has changed. */
  guard: GuardInfo;
  /** Detection rules as texts: at the start, and whenever the configuration is read again. */
  rules: RuleSources;
  /** What the runtimes of containers have written down about theirs, all of them: at the start, and when it has changed. */
  containers: readonly ContainerInfo[];
  /** Where the names lead that the hive asked for (`resolve`), all of them: when first known, and when it has changed. */
  addresses: readonly HostAddresses[];
  /** What the kernel has learned of executables' orders of system calls; once a minute. */
  profileStates: ProfileReport;
  /** What the hive told is taken: written, or on disk until somebody takes it. */
  told: { readonly id: string };
  /** Where incidents and actions are told outside; when it has changed. */
  outputs: readonly OutputStatus[];
  /** The configuration was reloaded. */
  config: Config;
  stop: Record<string, never>;
}

export type HiveMessageName = keyof typeof fromHive;
type Checked = { [K in HiveMessageName]: z.infer<(typeof fromHive)[K]> };
/** Hive to warden. A checked proposal is a `Proposal`; schema.ts sees to it that both stay the same thing. */
export type FromHive = Omit<Checked, "propose"> & { propose: Proposal };
