import { SHOWN_KINDS } from "../../core/event-kinds.ts";
import { seenKinds, type StatusDocument } from "../../core/status.ts";
import { piece, spread, widthOf, type Row } from "./row.ts";
import { count, percent, rate } from "./words.ts";

/** Kinds named where events were lost; the rest are added up. */
const NAMED = 3;
/** From here on the ring's level is worth a word: bulk is refused at a half. */
const RING_FULL = 0.25;

interface Loss {
  readonly what: string;
  readonly lost: number;
}

/** "lost 15: 10 open.write, 3 shed, 2 fork"; "" where nothing was lost. */
export function lossWords(status: StatusDocument): string {
  const losses = lossesOf(status);
  const total = losses.reduce((sum, { lost }) => sum + lost, 0);
  if (total === 0) return "";
  const named = losses.slice(0, losses.length > NAMED + 1 ? NAMED : NAMED + 1);
  const rest = losses.slice(named.length);
  const words = named.map(({ what, lost }) => `${count(lost)} ${what}`);
  if (rest.length > 0)
    words.push(`${count(rest.reduce((sum, { lost }) => sum + lost, 0))} of ${rest.length} more kinds`);
  return `lost ${count(total)}: ${words.join(", ")}`;
}

/** Most first: by kind where the ring was full, the other places of loss by name. */
function lossesOf({ losses, lost = {}, sensors = [] }: StatusDocument): readonly Loss[] {
  const kinds = Object.entries(lost).map(([what, number]) => ({ what, lost: number }));
  const byKind = kinds.reduce((sum, kind) => sum + kind.lost, 0);
  const missed = sensors.flatMap(({ programs }) => programs).reduce((sum, program) => sum + program.missed, 0);
  return [
    ...kinds,
    { what: "for a full ring", lost: Math.max(0, losses.ring - byKind) },
    { what: "damaged", lost: losses.damaged },
    { what: "shed", lost: losses.shed },
    { what: "left out by the kernel", lost: missed },
  ]
    .filter((loss) => loss.lost > 0)
    .sort((a, b) => b.lost - a.lost);
}

/** Rates of the kinds that are watched: those of every day by name, the others added up. */
export function rateWords({ events }: StatusDocument): readonly (readonly [kind: string, rate: string])[] {
  const seen = seenKinds(events);
  const shown = SHOWN_KINDS.filter((kind) => seen.includes(kind)).map(
    (kind) => [kind, rate(events.perSecond[kind] ?? 0)] as const,
  );
  const others = Object.entries(events.perSecond).filter(([kind]) => !SHOWN_KINDS.some((known) => known === kind));
  const sum = others.reduce((total, [, perSecond]) => total + perSecond, 0);
  return sum < 0.05 ? shown : [...shown, ["others", rate(sum)]];
}

/** What sampling procfs cannot see, whatever the rates say. */
export const UNSEEN_BY_PROCFS = "sampled: short-lived processes and connections unseen";

/** What is watched, at what cost as long as there is room, and what was lost, in a row of its own where it must be. */
export function eventsRows(status: StatusDocument, width: number): Row[] {
  const rates = rateWords(status).flatMap(([kind, words], index): Row => [
    piece(`${index === 0 ? "" : " ·"} ${kind} `, "dim"),
    piece(words),
  ]);
  const left: Row = [piece(" events/s", "dim"), ...rates];
  const starts: readonly Row[] = [[...left, ...sourceWords(status)], left];
  const lost = lossWords(status);
  const sampled = status.events.source === "procfs";
  const ends = lost === "" ? (sampled ? UNSEEN : NONE_LOST) : [lost];
  for (const words of ends) {
    const end = [...ringWords(status), piece(`${words} `, lost === "" ? "dim" : "bad")];
    const start = starts.find((row) => widthOf(row) + 2 + widthOf(end) <= width);
    if (start !== undefined) return [spread(start, end, width)];
  }
  const start = starts.find((row) => widthOf(row) <= width) ?? left;
  return lost === "" ? [start] : [start, [piece(" "), ...ringWords(status), piece(lost, "bad")]];
}

const NONE_LOST = ["none lost"];
const UNSEEN = [UNSEEN_BY_PROCFS, "short-lived ones unseen", "sampled"];

function ringWords({ ring }: StatusDocument): Row {
  return ring === undefined || ring.fill < RING_FULL ? [] : [piece(`ring ${percent(ring.fill)} full, `, "warn")];
}

function sourceWords({ events, sensors = [] }: StatusDocument): Row {
  if (events.source === "procfs") return [];
  const cores = sensors.reduce((sum, sensor) => sum + (sensor.cores ?? 0), 0);
  const cost = sensors.some((sensor) => sensor.cores !== undefined) ? `, ${percent(cores)} of a core` : "";
  return [piece(` by eBPF${cost}`, "dim")];
}
