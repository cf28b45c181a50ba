import type { Incident } from "../../core/incident.ts";
import type { StatusDocument } from "../../core/status.ts";
import { columnsOf, wrap } from "./columns.ts";
import { piece, type Row, widthOf } from "./row.ts";
import { emptySection, type Section } from "./section.ts";
import { ago } from "./words.ts";

const MAX_ROWS = 3;
/** The heaviest come first; `swarms explain` has all of them by name. */
const MAX_TECHNIQUES = 3;

export function incidentsSection({ incidents, atMs }: StatusDocument): Section {
  const { open } = incidents;
  // Those that nobody has judged first; within, the latest.
  const latest = incidents.latest.toSorted((a, b) => Number(b.status === "open") - Number(a.status === "open"));
  if (latest.length === 0) return emptySection("incidents", "no incidents");
  return {
    title: "incidents",
    min: 1,
    want: latest.length * MAX_ROWS,
    render: (count, width) => {
      const each = Math.max(1, Math.min(MAX_ROWS, Math.floor(count / latest.length)));
      return { rows: latest.flatMap((incident) => incidentRows(incident, atMs, width, each)), note: `${open} open` };
    },
  };
}

/** Id, when, and what happened, in at most as many rows; behind it its techniques, where there is room. */
function incidentRows(incident: Incident, nowMs: number, width: number, maxRows: number): Row[] {
  const times = incident.count > 1 ? ` ×${incident.count}` : "";
  const id = piece(` ${incident.id}`, incident.status === "open" ? "bad" : "dim");
  const when = piece(`  ${ago(nowMs - incident.lastMs)}${times}  `, "dim");
  if (maxRows === 1) return withTechniques([[id, when, piece(incident.says)]], incident, width, 1, 0);
  const [first = ""] = wrap(incident.says, width - columnsOf(id.text + when.text), 2);
  const indent = columnsOf(id.text) + 2;
  const more = wrap(incident.says.slice(first.length), width - indent - 1, maxRows - 1);
  const rows = [[id, when, piece(first)], ...more.map((line): Row => [piece(" ".repeat(indent)), piece(line)])];
  return withTechniques(rows, incident, width, maxRows, indent);
}

/** At the end of the last row, or in one more; the lightest are left out first, and all rather than a word of what happened. */
function withTechniques(
  rows: readonly Row[],
  { techniques = [] }: Incident,
  width: number,
  maxRows: number,
  indent: number,
): Row[] {
  const [before, last = []] = [rows.slice(0, -1), rows.at(-1)];
  for (let count = Math.min(MAX_TECHNIQUES, techniques.length); count > 0; count--) {
    const text = techniques.slice(0, count).join(", ");
    const beside: Row = [...last, piece(`  ${text}`, "dim")];
    if (widthOf(beside) <= width) return [...before, beside];
    const below: Row = [piece(" ".repeat(indent)), piece(text, "dim")];
    if (rows.length < maxRows && widthOf(below) <= width) return [...rows, below];
  }
  return [...rows];
}
