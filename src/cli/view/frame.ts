import type { StatusDocument } from "../../core/status.ts";
import { deedsSection } from "./deeds.ts";
import { headerRows } from "./header.ts";
import { incidentsSection } from "./incidents.ts";
import { missingSection } from "./missing.ts";
import { fit, paint, piece, spread, type Paint, type Row } from "./row.ts";
import { drawSection, shareRows, type Section } from "./section.ts";
import { signalsSection } from "./signals.ts";
import { waitingSection } from "./waiting.ts";
import { WORKLOADS, workloadsSection } from "./workloads.ts";
import { many } from "./words.ts";

export interface FrameOptions extends Partial<Paint> {
  readonly width: number;
  readonly height: number;
  /** Name of this host; left out where it is not known. */
  readonly host?: string;
  /** Something that the reader must know about the view itself, such as "no answer, trying again". */
  readonly notice?: string;
  /** Where the dashboard is served. */
  readonly link?: string;
  /** What the keys do. */
  readonly keys?: string;
}

/** From this width on, the lower half stands in two columns. */
const TWO_COLUMNS = 120;
const MIN_WIDTH = 30;
/** From this height on, there is room for what can wait. */
const ROOMY = 30;

/** One screen of the live view: exactly `height` lines of at most `width` columns. Pure. */
export function renderFrame(status: StatusDocument, options: FrameOptions): string[] {
  const width = Math.max(MIN_WIDTH, options.width);
  const brief = options.height < ROOMY;
  const header = [...headerRows(status, width, options.host ?? "", brief), ...linkRows(options.link ?? "")];
  const body = options.height - header.length - 1;
  const rows = [...header, ...(width >= TWO_COLUMNS ? wideBody(status, width, body) : narrowBody(status, width, body))];
  const room = Math.max(0, options.height - 1);
  while (rows.length < room) rows.push([]);
  const footer = footerRow(status, width, options);
  return paintAll([...rows.slice(0, room), footer].slice(0, options.height), width, options);
}

function linkRows(link: string): Row[] {
  return link === "" ? [] : [[piece(" page ", "dim"), piece(link)]];
}

/** Everything there is to say, however long: for `swarms status`. */
export function renderStatus(status: StatusDocument, options: Omit<FrameOptions, "height">): string[] {
  const width = Math.max(MIN_WIDTH, options.width);
  const rows = inOrder(status).flatMap((section) => (section.want === 0 ? [] : drawSection(section, 1000, width)));
  return paintAll([...headerRows(status, width, options.host ?? ""), ...rows], width, options);
}

function sectionsOf(status: StatusDocument): Readonly<Record<SectionName, Section>> {
  return {
    waiting: waitingSection(status),
    incidents: incidentsSection(status),
    workloads: workloadsSection(status.workloads),
    deeds: deedsSection(status),
    signals: signalsSection(status.signals),
    missing: missingSection(status.missing),
  };
}

type SectionName = "waiting" | "incidents" | "workloads" | "deeds" | "signals" | "missing";

/** What needs a person comes first, and is the last to give up its rows. */
function inOrder(status: StatusDocument): readonly Section[] {
  const { waiting, incidents, workloads, deeds, signals, missing } = sectionsOf(status);
  return status.incidents.open > 0
    ? [waiting, incidents, workloads, deeds, signals, missing]
    : [waiting, workloads, deeds, signals, incidents, missing];
}

function narrowBody(status: StatusDocument, width: number, height: number): Row[] {
  return stack(inOrder(status), width, height);
}

/** Workloads over the whole width; below, what was found and felt on the left and what is done about it on the right. */
function wideBody(status: StatusDocument, width: number, height: number): Row[] {
  const { workloads, waiting, signals, deeds, incidents, missing } = sectionsOf(status);
  const found = status.incidents.open > 0 ? [incidents, signals] : [signals, incidents];
  const half = Math.floor((width - 3) / 2);
  const wanted = (sections: readonly Section[]): number =>
    sections.reduce((sum, { want }) => sum + (want === 0 ? 0 : want + 1), 0);
  const lowerWant = Math.max(wanted(found), wanted([waiting, deeds, missing]));
  const lower = Math.min(lowerWant, Math.max(Math.floor(height / 2), height - workloads.want - 1));
  const upper = stack([workloads], width, height - lower);
  const left = stack(found, half, lower);
  const right = stack([waiting, deeds, missing], width - half - 3, lower);
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index): Row =>
    fit(left[index] ?? [], half).concat(piece("   "), right[index] ?? []),
  );
  return [...upper, ...rows];
}

/** Sections one below the other, each with its title, in at most `height` rows. */
function stack(sections: readonly Section[], width: number, height: number): Row[] {
  const shown = sections.filter((section) => section.want > 0);
  const wanted = shown.map(({ min, want }) => ({ min: min === 0 ? 0 : min + 1, want: want + 1 }));
  const given = shareRows(height, wanted);
  // One that can do without is shown whole or not at all; its rows go to the others.
  const optional = shown.findIndex((section, index) => section.min === 0 && given[index]! < section.want + 1);
  if (optional >= 0) return stack(shown.toSpliced(optional, 1), width, height);
  const heights = shown.map((section, index) => ({ section, rows: given[index]! }));
  // What the others turn out not to need goes to the longest, where there is the most to tell.
  const longest = shown.findIndex(({ title }) => title === WORKLOADS);
  const roomy = Math.max(0, longest);
  const drawn = heights.map(({ section, rows }, index) =>
    index === roomy || rows < 2 ? [] : drawSection(section, rows - 1, width),
  );
  const room = height - drawn.flat().length;
  const [main] = heights.slice(roomy);
  if (main !== undefined && room >= 2) drawn[roomy] = drawSection(main.section, room - 1, width);
  return drawn.flat();
}

function footerRow({ missing }: StatusDocument, width: number, { notice, keys = "" }: FrameOptions): Row {
  if (notice !== undefined && notice !== "")
    return spread([piece(` ${notice}`, "bad")], [piece(`${keys} `, "dim")], width);
  const lacks =
    missing.length === 0
      ? "swarms doctor: what this host offers"
      : `${many(missing.length, "thing")} missing here: swarms doctor`;
  return spread([piece(` ${keys}`, "dim")], [piece(`${lacks} `, missing.length === 0 ? "dim" : "warn")], width);
}

function paintAll(rows: readonly Row[], width: number, { colour = false, ascii = false }: Partial<Paint>): string[] {
  return rows.map((row) => paint(fit(row, width), { colour, ascii }));
}
