import type { Incident } from "../../core/incident.ts";
import type { StatusDocument } from "../../core/status.ts";
import { columnsOf, wrap } from "./columns.ts";
import { piece, type Row } from "./row.ts";
import { emptySection, type Section } from "./section.ts";
import { ago } from "./words.ts";

const MAX_ROWS = 3;

export function incidentsSection({ incidents, atMs }: StatusDocument): Section {
  const { latest, open } = incidents;
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

/** Id, when, and what happened, in at most as many rows. */
function incidentRows(incident: Incident, nowMs: number, width: number, maxRows: number): Row[] {
  const times = incident.count > 1 ? ` ×${incident.count}` : "";
  const id = piece(` ${incident.id}`, incident.status === "open" ? "bad" : "dim");
  const when = piece(`  ${ago(nowMs - incident.lastMs)}${times}  `, "dim");
  if (maxRows === 1) return [[id, when, piece(incident.says)]];
  const [first = ""] = wrap(incident.says, width - columnsOf(id.text + when.text), 2);
  const indent = columnsOf(id.text) + 2;
  const more = wrap(incident.says.slice(first.length), width - indent - 1, maxRows - 1);
  return [[id, when, piece(first)], ...more.map((line): Row => [piece(" ".repeat(indent)), piece(line)])];
}
