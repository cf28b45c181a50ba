import type { Command } from "commander";
import { registerJournalExport } from "./journal-export.ts";
import { registerJournalShow } from "./journal-show.ts";
import { registerJournalVerify } from "./journal-verify.ts";

/** `swarms journal`: the record of everything that was changed, and whether anybody tampered with it. */
export function registerJournal(program: Command): void {
  const journal = program.command("journal").description("the record of every change, and whether it is whole");
  registerJournalVerify(journal);
  registerJournalShow(journal);
  registerJournalExport(journal);
}
