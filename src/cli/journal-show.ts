import { InvalidArgumentError, Option, type Command } from "commander";
import { systemClock } from "../core/clock.ts";
import type { JournalRecord } from "../guard/journal/record.ts";
import { scanJournal } from "../guard/journal/scan.ts";
import { globalsOf, must } from "./global-options.ts";
import { filterOf, type Outcome, OUTCOMES, timeOf } from "./journal-filter.ts";
import { recordRow } from "./journal-words.ts";
import { printJson, printRows } from "./output.ts";
import { readableJournal } from "./readable-journal.ts";
import { piece } from "./view/row.ts";

const MAX_SHOWN = 10_000;

interface ShowOptions {
  readonly last: number;
  readonly since?: number;
  readonly until?: number;
  readonly action?: string;
  readonly kind?: string;
  readonly outcome?: Outcome;
}

/** `swarms journal show`: the latest records that fit, in words. */
export function registerJournalShow(journal: Command): void {
  const time = (text: string): number => timeOf(text, systemClock.wallMs());
  journal
    .command("show")
    .description("the records in words, the oldest first")
    .option("--last <count>", `only so many of the latest (1 to ${MAX_SHOWN})`, countOf, 50)
    .option("--since <time>", "only from then on: 2h, 7d, or a date", time)
    .option("--until <time>", "only up to then", time)
    .option("--action <id>", "only this change: c-0017")
    .option("--kind <kind>", "only changes of this kind: cpu.weight, freeze, …")
    .addOption(new Option("--outcome <outcome>", "only what ended so").choices([...OUTCOMES]))
    .action((options: ShowOptions, command: Command) => {
      const { paths, json } = globalsOf(command);
      readableJournal(paths.journal);
      const { last, ...filter } = options;
      const fits = filterOf(filter);
      const latest: JournalRecord[] = [];
      let seen = 0;
      const scanned = scanJournal(paths.journal, (record, { carried }) => {
        if (carried) return;
        seen++;
        if (!fits(record)) return;
        latest.push(record);
        if (latest.length > last) latest.shift();
      });
      // What can be trusted is shown even where the chain breaks later.
      const none = seen === 0 ? "the journal is empty: nothing was ever changed" : "no record fits";
      if (json) printJson(latest);
      else printRows(latest.length > 0 ? latest.map(recordRow) : [[piece(none)]]);
      must(scanned);
    });
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_SHOWN)
    throw new InvalidArgumentError(`give 1 to ${MAX_SHOWN}.`);
  return count;
}
