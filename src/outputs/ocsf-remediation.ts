import type { ActionKind } from "../core/action.ts";
import type { ActionNews } from "../core/output-record.ts";

/** Tactics of MITRE D3FEND, by the numbers of OCSF's Remediation Activity. */
const ACTIVITY = {
  isolate: [1, "Isolate"],
  evict: [2, "Evict"],
  restore: [3, "Restore"],
  harden: [4, "Harden"],
  other: [99, "Other"],
} as const;
type Activity = keyof typeof ACTIVITY;

interface Countermeasure {
  readonly name: string;
  readonly uid: string;
}

/** What a kind of action is to D3FEND (d3fend.mitre.org, version 1.0), where it is anything. */
const KINDS: Readonly<Partial<Record<ActionKind, readonly [Activity, Countermeasure?]>>> = {
  freeze: ["isolate", { name: "Process Suspension", uid: "D3-PS" }],
  "net.deny": ["isolate", { name: "Network Traffic Filtering", uid: "D3-NTF" }],
  "exec.deny": ["isolate", { name: "Executable Denylisting", uid: "D3-EDL" }],
  "exec.kill": ["evict", { name: "Process Termination", uid: "D3-PT" }],
  "kill.process": ["evict", { name: "Process Termination", uid: "D3-PT" }],
  "kill.cgroup": ["evict", { name: "Process Termination", uid: "D3-PT" }],
  thaw: ["restore"],
};

const SUCCESS = [1, "Success"] as const;
const PARTIAL = [4, "Partial"] as const;
const UNKNOWN = [0, "Unknown"] as const;

export interface OcsfRemediation {
  readonly activity: readonly [id: number, name: string];
  readonly status: readonly [id: number, name: string];
  readonly countermeasure?: { readonly d3f_technique: Countermeasure };
}

export function remediationOf({ kind, change, written }: ActionNews): OcsfRemediation {
  if (change === "ended") return { activity: ACTIVITY.restore, status: written === false ? PARTIAL : SUCCESS };
  const [activity, technique] = (kind === "" ? undefined : KINDS[kind]) ?? ["other"];
  return {
    activity: ACTIVITY[activity],
    // It waits for a person: nothing has been tried.
    status: change === "waiting" ? UNKNOWN : SUCCESS,
    ...(technique !== undefined && { countermeasure: { d3f_technique: technique } }),
  };
}
