import { specOf } from "../core/action.ts";
import type { OutputConfig, Priority } from "../core/config-outputs.ts";
import type { OutputRecord } from "../core/output-record.ts";
import { isAsGraveAs, priorityOf } from "./priority.ts";

interface Wanted {
  readonly tell: readonly OutputConfig["tell"][number][];
  readonly priority: Priority;
}

/** Whether the configuration of an output asks for this record. */
export function isWanted(record: OutputRecord, { tell, priority }: Wanted): boolean {
  return tell.includes(subjectOf(record)) && isAsGraveAs(priorityOf(record), priority);
}

function subjectOf(record: OutputRecord): OutputConfig["tell"][number] {
  if (record.what === "incident") return "incidents";
  // What is known of the end of a change is not always what it was: that is told rather than kept.
  return record.kind !== "" && specOf(record.kind).colony === "balance" ? "balance" : "containment";
}
