import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ok, type Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import { printable } from "../core/printable.ts";
import { type App, startApp } from "./app.ts";
import type { Crew } from "./crew.ts";
import type { LayerPort, RunningLayer } from "./layer.ts";
import { type LoopbackSite, openLoopbackSite } from "./loopback-site.ts";
import { payloadArgs, type PayloadFiles, payloadStartMs, payloadSteps } from "./payload.ts";
import type { DropperResult, IncidentFacts, Moment } from "./results.ts";

export interface DropperParts {
  readonly crew: Crew;
  readonly folder: string;
  readonly groups: readonly string[];
  readonly layer: RunningLayer;
  readonly port: LayerPort;
  frozen(): boolean;
}

/** Requests that the layer sees before the control, and in the control. */
const LEARN = 30;
const CONTROL = 10;
/** How long each thing may take before it counts as not happened, milliseconds. */
const WAIT = { payload: 8000, contained: 5000, thawed: 3000, still: 500, goesOn: 3000 } as const;
const LOOK_MS = 5;
/** The latest pieces of evidence that the timeline shows; the incident's own page has them all. */
const MAX_EVIDENCE = 8;

/** Learn, control, exploit, contain, undo: the story of one dropper, watched from outside. */
export async function watchDropper(parts: DropperParts, signal: AbortSignal): Promise<Result<DropperResult>> {
  const timeline: Moment[] = [];
  const note = (who: Moment["who"], says: string, atMs = Date.now()): void => void timeline.push({ atMs, who, says });
  const site = await openLoopbackSite({
    download: () => note("app", "the payload is downloaded"),
    connect: () => note("app", "the payload connects to another port"),
  });
  try {
    const app = await startApp(parts.crew, parts.groups);
    if (!app.ok) return app;
    note("app", `serves ${LEARN} ordinary requests; the layer learns`);
    const learned = await app.value.serve(LEARN, site.usualUrl);
    if (!learned.ok) return learned;
    const before = await incidentIds(parts.layer);
    note("app", `control: ${CONTROL} more ordinary requests`);
    const served = await app.value.serve(CONTROL, site.usualUrl);
    if (!served.ok) return served;
    await sleep(WAIT.still, undefined, { signal });
    const control = { runs: CONTROL, incidents: (await newIncidents(parts.layer, before)).length };
    const outcome = await exploit(parts, app.value, site, note, signal);
    return ok({ learned: LEARN, control, ...outcome, timeline: timeline.toSorted((a, b) => a.atMs - b.atMs) });
  } finally {
    await site.close();
  }
}

type Note = (who: Moment["who"], says: string, atMs?: number) => void;

async function exploit(
  parts: DropperParts,
  app: App,
  site: LoopbackSite,
  note: Note,
  signal: AbortSignal,
): Promise<Omit<DropperResult, "learned" | "control" | "timeline">> {
  const before = await incidentIds(parts.layer);
  const drop = join(parts.folder, "drop");
  mkdirSync(drop);
  const files: PayloadFiles = { started: join(drop, "started"), steps: join(drop, "steps") };
  note("app", "is exploited: starts a download");
  app.drop({ url: site.payloadUrl, file: join(drop, "update"), args: payloadArgs(files, site.farPort) });
  // The layer may be quicker than the payload: frozen before its first instruction, it starts after the undo only.
  await waitFor(() => payloadStartMs(files) ?? (parts.frozen() ? true : undefined), WAIT.payload, signal);
  const startMs = payloadStartMs(files);
  if (startMs !== undefined) note("app", "the payload runs", startMs);
  const frozenMs = await waitFor(() => (parts.frozen() ? Date.now() : undefined), WAIT.contained, signal);
  if (frozenMs !== undefined) note("layer", "every process of the application is frozen", frozenMs);
  const stepsBeforeFreeze = payloadSteps(files);
  await sleep(WAIT.still, undefined, { signal });
  const stepsWhileFrozen = payloadSteps(files) - stepsBeforeFreeze;
  const incident = (await newIncidents(parts.layer, before))[0];
  if (incident !== undefined) note("layer", `incident ${incident.id}`, incident.atMs);
  for (const evidence of (incident?.evidence ?? []).slice(-MAX_EVIDENCE))
    note("layer", `evidence (${printable(evidence.kind, 40)}): ${printable(evidence.says)}`, evidence.atMs);
  const undo = await undoIt(parts, incident, frozenMs !== undefined, note, signal);
  const stepsBefore = stepsBeforeFreeze + stepsWhileFrozen;
  await waitFor(() => (payloadSteps(files) > stepsBefore ? true : undefined), WAIT.goesOn, signal);
  const since = (atMs: number | undefined): number => (atMs === undefined ? -1 : Math.max(0, atMs - (startMs ?? atMs)));
  return {
    incident: incident && (await factsOf(incident, parts.layer)),
    toIncidentMs: since(incident?.atMs),
    toFrozenMs: since(frozenMs),
    stepsBeforeFreeze,
    stepsWhileFrozen,
    stepsAfterUndo: payloadSteps(files) - stepsBefore,
    undo,
  };
}

/** A person's way back: the change's own undo, typed as the report shows it. */
async function undoIt(
  parts: DropperParts,
  incident: Incident | undefined,
  frozen: boolean,
  note: Note,
  signal: AbortSignal,
): Promise<DropperResult["undo"]> {
  if (!frozen) return { command: "", worked: false, says: "nothing was frozen" };
  const status = await parts.layer.status();
  const lease = status.ok
    ? status.value.leases.find((held) => held.kind === "freeze" && held.incident === incident?.id)
    : undefined;
  const id = lease?.action ?? incident?.id ?? "";
  const command = parts.port.command("undo", id);
  note("lab", "the operator undoes it");
  const undone = await parts.layer.undo(id);
  const thawedMs = await waitFor(() => (parts.frozen() ? undefined : Date.now()), WAIT.thawed, signal);
  if (thawedMs !== undefined) note("layer", "the application runs again", thawedMs);
  return { command, worked: undone.ok && thawedMs !== undefined, says: undone.ok ? undone.value : undone.says };
}

async function incidentIds(layer: RunningLayer): Promise<ReadonlySet<string>> {
  const incidents = await layer.incidents();
  return new Set(incidents.ok ? incidents.value.map((incident) => incident.id) : []);
}

async function newIncidents(layer: RunningLayer, known: ReadonlySet<string>): Promise<readonly Incident[]> {
  const incidents = await layer.incidents();
  return incidents.ok ? incidents.value.filter((incident) => !known.has(incident.id)) : [];
}

async function factsOf(incident: Incident, layer: RunningLayer): Promise<IncidentFacts> {
  const explanation = await layer.explain(incident.id);
  return {
    id: incident.id,
    says: incident.says,
    kinds: incident.kinds,
    evidence: incident.evidence,
    lineage: incident.lineage.map((step) => printable(`${step.comm} ${step.path}`.trim())),
    explained: explanation.ok ? explanation.value.lines.map((line) => `${line.label}: ${line.text}`) : [],
  };
}

async function waitFor<T>(look: () => T | undefined, withinMs: number, signal: AbortSignal): Promise<T | undefined> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const seen = look();
    if (seen !== undefined) return seen;
    await sleep(LOOK_MS, undefined, { signal });
  }
  return undefined;
}
