import type { ActionKind, Decision, Evidence, RevertCause } from "./action.ts";
import type { EntityKey } from "./entity.ts";
import type { LineageStep } from "./incident.ts";

/** What the hive knows of the process that an incident is about. */
export interface OutputProcess {
  readonly uid: number;
  readonly cgroup: string;
  /** Wall-clock milliseconds; 0 where unknown. */
  readonly sinceMs: number;
  readonly container?: string;
}

/** grown: more evidence, another kind, more repeats, or a person's word. closed: a person says that it is nothing. */
export type IncidentChange = "opened" | "grown" | "closed";

/** An incident as it is told outside. Texts are printable. */
export interface IncidentNews {
  readonly what: "incident";
  /** One telling of it, the same when it is told twice. */
  readonly id: string;
  readonly change: IncidentChange;
  readonly incident: string;
  /** When the hive found it to be news; of a judgement later than the latest that the incident knows. */
  readonly toldMs: number;
  readonly atMs: number;
  readonly lastMs: number;
  readonly entity: EntityKey;
  readonly concentration: number;
  readonly kinds: readonly string[];
  readonly techniques: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly lineage: readonly LineageStep[];
  readonly says: string;
  readonly count: number;
  readonly confirmed: boolean;
  readonly seenBefore?: string;
  readonly judgedBy?: string;
  readonly process?: OutputProcess;
}

/** applied: written and read back. waiting: for a person. ended: reverted, or let go. */
export type ActionChange = "applied" | "waiting" | "ended";

/** Something that the guard did, or took back. It is the warden that tells it: the hive has no word in it. */
export interface ActionNews {
  readonly what: "action";
  readonly id: string;
  readonly change: ActionChange;
  readonly action: string;
  readonly kind: ActionKind | "";
  readonly atMs: number;
  readonly cgroup: string;
  readonly from: string;
  readonly to: string;
  readonly untilMs: number;
  readonly agent: string;
  readonly reason: string;
  readonly incident?: string;
  /** Where it has ended. */
  readonly cause?: RevertCause;
  readonly written?: boolean;
  readonly says: string;
}

export type OutputRecord = IncidentNews | ActionNews;

/** One place that is told, as status shows it. Counts since the warden began. */
export interface OutputStatus {
  readonly name: string;
  readonly to: string;
  /** Handed over: written, or accepted by the server. */
  readonly delivered: number;
  /** Not handed over yet, and how much disk they take. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** Lost: there was no room for them. */
  readonly dropped: number;
  /** Put aside: the server refused them, or could not be reached for too long. */
  readonly dead: number;
  /** Tries that failed and are made again. */
  readonly retries: number;
  /** What is wrong now; absent while all is well. */
  readonly trouble?: string;
}

/** Of a decision, what is told. */
export type ToldDecision = Pick<Decision, "action" | "kind" | "cgroup" | "from" | "to" | "untilMs" | "says">;
