import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { InvalidArgumentError, type Command } from "commander";
import { systemClock } from "../core/clock.ts";
import { SwarmsError } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { exportJournal, type ExportProof } from "../guard/journal/export.ts";
import { readSigner } from "../guard/journal/keys.ts";
import { globalsOf, must } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";
import { readableJournal } from "./readable-journal.ts";
import { unwritable } from "./unwritable.ts";
import { many } from "./view/words.ts";

/** `swarms journal export`: JSON lines with the proof that lets another machine verify them. */
export function registerJournalExport(journal: Command): void {
  journal
    .command("export")
    .description(
      "the records as JSON lines, with a signed proof: `swarms journal verify FILE` checks it on any machine",
    )
    .argument("[file]", "a new file (mode 0600); left out: standard output")
    .option("--from <record>", "number of the first record", numberOf, 1)
    .option("--to <record>", "number of the last record (default: the latest)", numberOf)
    .action(
      (
        file: string | undefined,
        { from, to = Number.MAX_SAFE_INTEGER }: { from: number; to?: number },
        command: Command,
      ) => {
        const { paths, json } = globalsOf(command);
        readableJournal(paths.journal);
        const signer = readSigner(paths.journal);
        const wanted = { from, to, host: printable(hostname(), 64), atMs: systemClock.wallMs(), signer };
        const write = (fd: number): ExportProof => must(exportJournal(paths.journal, wanted, lineWriter(fd)));
        if (file === undefined) return void write(process.stdout.fd);
        const proof = intoFile(file, write);
        if (json) return printJson({ ok: true, file, ...proof });
        const by = proof.key === "" ? "not signed: its key cannot be read" : `signed by key ${proof.key}`;
        printLines([
          `${file}: ${many(proof.last - proof.first + 1, "record")} (${proof.first} to ${proof.last}), ${by}`,
        ]);
      },
    );
}

/** A new file for its owner alone: it tells who was contained, and why. */
function intoFile(path: string, write: (fd: number) => ExportProof): ExportProof {
  let fd: number | undefined;
  try {
    fd = openSync(path, "wx", 0o600);
    const proof = write(fd);
    fsyncSync(fd);
    return proof;
  } catch (error) {
    if (error instanceof SwarmsError) throw error;
    throw unwritable(path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function lineWriter(fd: number): (line: string) => void {
  return (line) => {
    const bytes = Buffer.from(`${line}\n`);
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  };
}

function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("give the number of a record, 1 or more.");
  return number;
}
