import type { Incident } from "../../core/incident.ts";
import { type Deed, isAbout, isRepeat } from "./ground-truth.ts";
import { quantile } from "./quantile.ts";

/** What became of one scenario. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly variant: string;
  readonly right: readonly string[];
  /** Why it was not played; "" where it was. */
  readonly skipped: string;
  readonly detected: boolean;
  readonly techniqueRight: boolean;
  /** Told only as a repeat of an earlier attack's incident, or by a containment for it: seen, and described by what that one was. */
  readonly folded: boolean;
  /** From the first act to the first incident, milliseconds; at least 0. Undefined where there is none. */
  readonly delayMs: number | undefined;
  readonly incidents: readonly string[];
  readonly techniques: readonly string[];
  /** Kinds of evidence that made it an incident. */
  readonly kinds: readonly string[];
  /** Those, and kinds whose facts are in its evidence without being counted: where two speak of one deed, one counts. */
  readonly told: readonly string[];
  /** What the layer told of it, the earliest first. */
  readonly says: readonly string[];
  /** Kinds of action that were in force on its group. */
  readonly contained: readonly string[];
}

export interface FalseIncident {
  readonly story: string;
  readonly id: string;
  readonly says: string;
  readonly kinds: readonly string[];
}

export interface Figures {
  readonly findings: readonly Finding[];
  readonly played: number;
  readonly detected: number;
  readonly right: number;
  /** Of those, how many only as a repeat. */
  readonly rightFolded: number;
  readonly medianMs: number | undefined;
  readonly p95Ms: number | undefined;
  /** In the judged run of the benign set. */
  readonly falseIncidents: readonly FalseIncident[];
  /** The same while it was learned, which no bar counts. */
  readonly whileLearning: readonly FalseIncident[];
  /** Benign stories, judged or learned, of which a process was contained, with what was done. */
  readonly benignContained: readonly string[];
  /** About nobody in the lab's stories. */
  readonly elsewhere: readonly FalseIncident[];
}

/** Holds incidents against what really happened. */
export function judge(deeds: readonly Deed[], incidents: readonly Incident[]): Figures {
  const attacks = deeds.filter(({ phase }) => phase === "attack");
  const findings = attacks.map((deed) => findingOf(deed, incidents, attacks));
  const played = findings.filter(({ skipped }) => skipped === "");
  const delays = played.flatMap(({ delayMs }) => (delayMs === undefined ? [] : [delayMs]));
  const benign = deeds.filter(({ phase }) => phase !== "attack");
  return {
    findings,
    played: played.length,
    detected: played.filter(({ detected }) => detected).length,
    right: played.filter(({ techniqueRight }) => techniqueRight).length,
    rightFolded: played.filter(({ techniqueRight, folded }) => techniqueRight && folded).length,
    medianMs: quantile(delays, 0.5),
    p95Ms: quantile(delays, 0.95),
    falseIncidents: falseOnes(benign, "benign", incidents),
    whileLearning: falseOnes(benign, "learning", incidents),
    benignContained: benign.flatMap(({ scenario, contained }) =>
      contained.map(({ kind, incident }) => `${scenario.id}: ${kind}${incident === "" ? "" : ` for ${incident}`}`),
    ),
    elsewhere: incidents.filter((incident) => !deeds.some((deed) => isAbout(incident, deed))).map(falseOf("elsewhere")),
  };
}

function findingOf(deed: Deed, incidents: readonly Incident[], attacks: readonly Deed[]): Finding {
  const { scenario, actMs = deed.beganMs } = deed;
  const own = incidents
    .filter((incident) => isAbout(incident, deed))
    .map((incident) => ({ incident, atMs: incident.atMs }));
  const held = deed.contained.map(({ incident, sinceMs }) => ({ id: incident, atMs: sinceMs }));
  const folded = [...deed.repeated, ...held].flatMap(({ id, atMs }) => {
    if (!isRepeat(atMs, deed.actMs)) return [];
    const incident = incidents.find((each) => each.id === id);
    if (incident === undefined || own.some((each) => each.incident.id === id)) return [];
    // Stories are played one after another: what is counted up of an earlier one, or held on this one's group, is this one's.
    return attacks.some((earlier) => isAbout(incident, earlier)) ? [{ incident, atMs }] : [];
  });
  const about = [...own, ...folded].toSorted((a, b) => a.atMs - b.atMs);
  const techniques = unique(about.flatMap(({ incident }) => incident.techniques ?? []));
  const first = about[0];
  return {
    id: scenario.id,
    title: scenario.title,
    variant: scenario.variant,
    right: scenario.techniques,
    skipped: deed.skipped,
    detected: first !== undefined,
    techniqueRight: techniques.some((each) => scenario.techniques.includes(each)),
    folded: own.length === 0 && folded.length > 0,
    delayMs: first === undefined ? undefined : Math.max(0, first.atMs - actMs),
    incidents: about.map(({ incident }) => incident.id),
    techniques,
    says: about.map(({ incident }) => incident.says),
    kinds: unique(about.flatMap(({ incident }) => incident.kinds)),
    told: unique(about.flatMap(({ incident }) => [...incident.kinds, ...incident.evidence.map(({ kind }) => kind)])),
    contained: unique(deed.contained.map(({ kind }) => kind)),
  };
}

function falseOnes(
  benign: readonly Deed[],
  phase: Deed["phase"],
  incidents: readonly Incident[],
): readonly FalseIncident[] {
  return benign
    .filter((deed) => deed.phase === phase)
    .flatMap((deed) => incidents.filter((each) => isAbout(each, deed)).map(falseOf(deed.scenario.id)));
}

function falseOf(story: string): (incident: Incident) => FalseIncident {
  return ({ id, says, kinds }) => ({ story, id, says, kinds });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
