import type { StatusDocument } from "../../core/status.ts";
import { paint, piece } from "./row.ts";
import { lossWords, rateWords, UNSEEN_BY_PROCFS } from "./senses.ts";
import { untilWords } from "./waiting.ts";
import { ago, clockTime, delay, many, percent } from "./words.ts";

const MAX_LINES = 6;

/** The state in a few lines, for a log or a pipe: one on the host, one for each thing that stands out. */
export function renderPlain(status: StatusDocument): string {
  const lines = [
    hostLine(status),
    ...lateLines(status),
    ...waitingLines(status),
    ...deedLines(status),
    ...incidentLines(status),
    ...missingLines(status),
  ];
  return lines
    .slice(0, MAX_LINES)
    .map((line) => paint([piece(line)], { colour: false, ascii: false }))
    .join("\n");
}

function hostLine(status: StatusDocument): string {
  const pressures = (["cpu", "memory", "io"] as const).flatMap((resource) => {
    const level = status.host[`pressure.${resource}.some`];
    return level === undefined ? [] : [`${resource} ${percent(level)}`];
  });
  const events = rateWords(status).map(([kind, rate]) => `${kind} ${rate}`);
  const lost = lossWords(status) || (status.events.source === "procfs" ? UNSEEN_BY_PROCFS : "");
  return [
    clockTime(status.atMs),
    ...(pressures.length === 0 ? [] : [`pressure ${pressures.join(", ")}`]),
    `events/s ${events.join(", ")}${lost === "" ? "" : ` (${lost})`}`,
    many(status.workloads.length, "workload"),
    many(status.signals.length, "signal"),
    `${many(status.leases.length, "change")} in force`,
    `${many(status.incidents.open, "open incident")}`,
  ].join(" · ");
}

function lateLines({ workloads }: StatusDocument): string[] {
  return workloads.flatMap(({ label, targetNs, readings }) => {
    const p99 = readings["runq.delay.p99"];
    if (targetNs === 0 || p99 === undefined || p99 <= targetNs) return [];
    return [`  ${label} waits ${delay(p99)} for a CPU (p99), its target is ${delay(targetNs)}`];
  });
}

function waitingLines({ guard, atMs }: StatusDocument): string[] {
  return (guard?.waiting ?? []).map((entry) => {
    const { id, kind, from, to, cgroup } = entry;
    return `  waits for a person: ${kind} ${from} → ${to} on ${cgroup} (${untilWords(entry, atMs)}): swarms approve ${id}`;
  });
}

function deedLines({ leases, intentions, atMs }: StatusDocument): string[] {
  const done = leases.map(
    (lease) => `  does ${lease.kind} ${lease.from} → ${lease.to} on ${lease.cgroup} (${lease.action}): ${lease.reason}`,
  );
  // Refusals and old wishes are for `status`; here only what happens now.
  const fresh = intentions.filter(
    ({ atMs: askedMs, decision }) => decision.outcome !== "refused" && atMs - askedMs < 10_000,
  );
  const wanted = fresh.map(
    ({ decision, reason }) =>
      `  would do ${decision.kind} ${decision.from} → ${decision.to} on ${decision.cgroup}: ${reason}`,
  );
  return [...done, ...wanted];
}

function incidentLines({ incidents, atMs }: StatusDocument): string[] {
  return incidents.latest
    .filter(({ status, lastMs }) => status === "open" && atMs - lastMs < 60_000)
    .map(({ id, says, lastMs }) => `  incident ${id}, ${ago(atMs - lastMs)}: ${says}`);
}

/** The heads of the sentences: what is lost by each is for `doctor`. */
function missingLines({ missing }: StatusDocument): string[] {
  if (missing.length === 0) return [];
  return [`  missing here: ${missing.map((says) => says.replace(/[:;(].*$/s, "").trim()).join("; ")}`];
}
