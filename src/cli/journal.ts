import { InvalidArgumentError, type Command } from "commander";
import { printable } from "../core/printable.ts";
import { actionId, type JournalRecord } from "../guard/journal/record.ts";
import { scanJournal } from "../guard/journal/scan.ts";
import { globalsOf, must } from "./global-options.ts";
import { printJson, printLines, printRows } from "./output.ts";
import { readableJournal } from "./readable-journal.ts";
import { piece, type Row } from "./view/row.ts";
import { many } from "./view/words.ts";

const MAX_SHOWN = 10_000;

/** `swarms journal`: the record of everything that was changed, and whether anybody tampered with it. */
export function registerJournal(program: Command): void {
  const journal = program.command("journal").description("the record of every change, and whether it is whole");
  journal
    .command("verify")
    .description("follow the hash chain; an edit, a cut or a reorder is found and located")
    .action((_options: object, command: Command) => {
      const { paths, json } = globalsOf(command);
      readableJournal(paths.journal);
      const { records, from, to, torn } = must(scanJournal(paths.journal));
      if (json) return printJson({ ok: true, records, from, to, torn });
      const span = `, ${stamp(from)} to ${stamp(to)}`;
      const rest = torn === 0 ? "" : `; a crash left ${torn} bytes of an unfinished record, which never took effect`;
      if (records === 0) {
        const said =
          torn === 0 ? "the journal is empty" : `the journal holds only ${torn} bytes of an unfinished record`;
        return printLines([`nothing to verify: ${said} (${paths.journal})`]);
      }
      printLines([`OK: ${many(records, "record")}${span}, each continues the one before${rest}`]);
    });
  journal
    .command("show")
    .description("the records in words, the oldest first")
    .option("--last <count>", `only so many of the latest (1 to ${MAX_SHOWN})`, countOf, 50)
    .action((options: { last: number }, command: Command) => {
      const { paths, json } = globalsOf(command);
      readableJournal(paths.journal);
      const latest: JournalRecord[] = [];
      const scanned = scanJournal(paths.journal, (record) => {
        latest.push(record);
        if (latest.length > options.last) latest.shift();
      });
      // What can be trusted is shown even where the chain breaks later.
      if (json) printJson(latest);
      else
        printRows(
          latest.length > 0 ? latest.map(recordRow) : [[piece("the journal is empty: nothing was ever changed")]],
        );
      must(scanned);
    });
}

function recordRow(record: JournalRecord): Row {
  const head = `${String(record.seq).padStart(6)}  ${stamp(record.atMs)}  `;
  return [
    piece(head, "dim"),
    piece(record.type.padEnd(9), record.type === "intent" ? "cool" : "plain"),
    piece(inWords(record)),
  ];
}

function inWords(record: JournalRecord): string {
  switch (record.type) {
    case "open":
      return `process ${record.body.pid} took the journal over`;
    case "intent": {
      const { kind, cgroup, from, to, agent, reason } = record.body;
      return `${actionId(record.seq)} ${kind} ${from} → ${to} on ${cgroup} for ${agent}: ${reason}`;
    }
    case "result":
      return record.body.ok
        ? `${record.body.action} read back: ${printable(record.body.raw)}${record.body.says === "" ? "" : ` (${record.body.says})`}`
        : `${record.body.action} failed, ${record.body.code}: ${record.body.says}`;
    case "revert": {
      const { action, cause, says, by } = record.body;
      return `${action} ended (${cause}${by === "" ? "" : `, ${by}`}): ${says}`;
    }
    case "refused":
      return `${record.body.total} refused, the latest: ${record.body.latest}`;
    case "note":
      return record.body.says;
  }
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace("Z", " UTC");
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_SHOWN)
    throw new InvalidArgumentError(`give 1 to ${MAX_SHOWN}.`);
  return count;
}
