import { InvalidArgumentError, type Command } from "commander";
import type { Incident } from "../core/incident.ts";
import { explanationRows } from "./explanation.ts";
import { answered, globalsOf } from "./global-options.ts";
import { printJson, printRows, textWidth } from "./output.ts";
import { wrap } from "./view/columns.ts";
import { fit, piece, type Row, widthOf } from "./view/row.ts";
import { ago, many } from "./view/words.ts";

const MAX_LISTED = 500;
/** In a line of the list. */
const MAX_TECHNIQUES = 3;

/** `swarms incidents [ID]`: what was found that does not belong here. */
export function registerIncidents(program: Command): void {
  program
    .command("incidents")
    .description("what was found that does not belong here, the latest first; with an ID, all about it")
    .argument("[id]", "an incident such as i-7k2m9q")
    .option("--limit <count>", `list at most so many (1 to ${MAX_LISTED})`, limitOf, 20)
    .action(async (id: string | undefined, options: { limit: number }, command: Command) => {
      const { client, json } = globalsOf(command);
      if (id === undefined) {
        const incidents = answered(await client.incidents(options.limit));
        if (json) printJson(incidents);
        else printRows(listRows(incidents, Date.now()));
      } else if (json) {
        printJson(answered(await client.incident(id)));
      } else {
        printRows(explanationRows(answered(await client.explain(id)), textWidth()));
      }
    });
}

function listRows(incidents: readonly Incident[], nowMs: number): Row[] {
  if (incidents.length === 0) return [[piece("no incidents: nothing was found that does not belong here")]];
  const rows = incidents.flatMap((incident): Row[] => [
    ...headRows(incident, nowMs),
    ...wrap(incident.says, textWidth() - 2, 4).map((line): Row => [piece(`  ${line}`)]),
  ]);
  return [...rows, [piece(`swarms explain ${incidents[0]?.id ?? "ID"} tells all about the first`, "dim")]];
}

/** Its kinds and techniques stand beside it where there is room, else below it. */
function headRows(incident: Incident, nowMs: number): Row[] {
  const { id, status, lastMs, count, kinds } = incident;
  const head = [
    piece(id, status === "open" ? "bad" : "dim"),
    piece(`  ${ago(nowMs - lastMs)}${count > 1 ? `, ${many(count, "time")}` : ""}`),
    piece(`  ${status}`, "dim"),
  ];
  const about = piece(`  ${kinds.join(", ")}${techniquesIn(incident)}`, "dim");
  return widthOf([...head, about]) <= textWidth() ? [[...head, about]] : [head, fit([about], textWidth())];
}

/** "  T1059.004, T1105": their names are for `swarms explain`. */
function techniquesIn({ techniques = [] }: Incident): string {
  const more = techniques.length > MAX_TECHNIQUES ? ` and ${techniques.length - MAX_TECHNIQUES} more` : "";
  return techniques.length === 0 ? "" : `  ${techniques.slice(0, MAX_TECHNIQUES).join(", ")}${more}`;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED)
    throw new InvalidArgumentError(`give 1 to ${MAX_LISTED}.`);
  return limit;
}
