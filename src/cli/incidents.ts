import { InvalidArgumentError, type Command } from "commander";
import type { Incident } from "../core/incident.ts";
import { explanationRows } from "./explanation.ts";
import { answered, globalsOf } from "./global-options.ts";
import { printJson, printRows, textWidth } from "./output.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";
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
    [
      piece(incident.id, incident.status === "open" ? "bad" : "dim"),
      piece(`  ${ago(nowMs - incident.lastMs)}${incident.count > 1 ? `, ${many(incident.count, "time")}` : ""}`),
      piece(`  ${incident.status}  ${incident.kinds.join(", ")}${techniquesIn(incident)}`, "dim"),
    ],
    ...wrap(incident.says, textWidth() - 2, 4).map((line): Row => [piece(`  ${line}`)]),
  ]);
  return [...rows, [piece(`swarms explain ${incidents[0]?.id ?? "ID"} tells all about the first`, "dim")]];
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
