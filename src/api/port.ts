import type { Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import type { Memory } from "../core/memory.ts";
import type { ProfileInfo, ProfileList } from "../core/sequence-profile.ts";
import type { ProcessList } from "../core/live.ts";
import type { ExplainedChange, Explanation, StatusDocument } from "../core/status.ts";
import type { Trail } from "../core/trail.ts";
import type { Answer } from "../core/wire/messages.ts";
import type { FrameSource } from "./frame-stream.ts";

/** All that the API needs of a running layer. */
export interface LayerPort {
  status(): StatusDocument;
  /** The latest first. */
  incidents(limit: number): readonly Incident[];
  incident(id: string): Incident | undefined;
  /** SW-NOT-FOUND where neither a change nor an incident has that name. */
  explain(id: string): Promise<Result<Explanation>>;
  /** A person says that an incident is nothing, or takes that back. SW-NOT-FOUND. */
  judge(id: string, status: Incident["status"], by: string): Promise<Answer>;
  /** A person says that an incident is what it says. SW-NOT-FOUND. */
  confirm(id: string, by: string): Promise<Answer>;
  /** What people's words about incidents have left, the latest met first. */
  memories(): readonly Memory[];
  /** By the incident's id. SW-NOT-FOUND. */
  forget(id: string): Promise<Answer>;
  /** `by` names who asked, for the journal. */
  undo(id: string, by: string): Promise<Answer>;
  restore(by: string): Promise<Answer>;
  /** Settings that won once, the strongest first. */
  trails(): readonly Trail[];
  /** A person does not want a trail followed any more. SW-NOT-FOUND. */
  deleteTrail(id: string): Promise<Answer>;
  /** Executables whose orders of system calls are learned or checked. */
  profiles(): ProfileList;
  /** One of them with its bitmap, base64. */
  profile(id: string): (ProfileInfo & { readonly bits: string }) | undefined;
  /** Learns no more, or learns from nothing again. SW-NOT-FOUND. */
  freezeProfile(id: string): Promise<Answer>;
  resetProfile(id: string): Promise<Answer>;
  /** The latest changes, in force or not, the latest first. */
  changes(limit: number): readonly ExplainedChange[];
  /** Processes that run, or what has changed since an earlier answer's cursor; 0: all. */
  processes(since: number): ProcessList;
  /** The status with what lies beneath it (core/live.ts), as frames. */
  readonly live: FrameSource;
  /** Calls back when the status may have changed; returns how to end that. */
  subscribe(onChange: () => void): () => void;
}
