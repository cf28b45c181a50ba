import type { StatusDocument } from "../../core/status.ts";
import { piece, type Row } from "./row.ts";
import { many } from "./words.ts";
import { isLate } from "./workloads.ts";

/** Services that are named; of the others the number is told. */
const NAMED = 2;

/** What a person must know before all else, in one row: what waits for them, what is wrong, what is changed. */
export function headlineRow({ guard, incidents, workloads, leases }: StatusDocument): Row {
  const waiting = guard?.waiting.length ?? 0;
  const late = workloads.filter(isLate).map(({ label, name }) => (label === "" ? name : label));
  const says: Row[] = [];
  if (waiting > 0)
    says.push([piece(`${many(waiting, "proposal")} ${waiting === 1 ? "waits" : "wait"} for you`, "warn")]);
  if (incidents.open > 0) says.push([piece(`${many(incidents.open, "incident")} open`, "bad")]);
  if (late.length > 0)
    says.push([piece(`${namesOf(late)} ${late.length === 1 ? "misses its" : "miss their"} target`, "bad")]);
  if (says.length === 0)
    says.push(workloads.length === 0 ? [piece("looks for the first time", "dim")] : [piece("all quiet", "good")]);
  if (leases.length > 0) says.push([piece(`${many(leases.length, "change")} in force`)]);
  return [
    piece(" now ", "dim"),
    ...says.flatMap((each, at): Row => (at === 0 ? each : [piece(" · ", "dim"), ...each])),
  ];
}

function namesOf(names: readonly string[]): string {
  const named = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? `${named} and ${names.length - NAMED} more` : named;
}
