import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { EXIT, SwarmsError } from "../core/errors.ts";
import { unreadable } from "../core/unreadable.ts";
import type { Signatures } from "../guard/journal/chain.ts";
import { type Damage, inWords } from "../guard/journal/damage.ts";
import { type Keys, publicKeysOf } from "../guard/journal/keys.ts";
import { findDamage, type Verified } from "../guard/journal/scan.ts";
import { type FileVerified, verifyFile } from "../guard/journal/verify-file.ts";
import { globalsOf } from "./global-options.ts";
import { stamp } from "./journal-words.ts";
import { printJson, printLines } from "./output.ts";
import { readableJournal } from "./readable-journal.ts";
import { many } from "./view/words.ts";

/** `swarms journal verify [FILE]`: follows the chain, checks the signatures, and names the first record that is wrong. */
export function registerJournalVerify(journal: Command): void {
  journal
    .command("verify")
    .description("follow the hash chain and check the signatures; an edit, a cut or a reorder is found and located")
    .argument("[file]", "an export, or one segment, of this or another host; left out: the journal of this host")
    .option("--key <file>", "public keys that you know to be that host's (a copy of its key.pub), for a file")
    .action((file: string | undefined, options: { key?: string }, command: Command) => {
      const { paths, json } = globalsOf(command);
      if (file === undefined) readableJournal(paths.journal);
      const keys = options.key === undefined ? undefined : keysFrom(options.key);
      if (keys !== undefined && file === undefined)
        throw new SwarmsError("SW-USAGE", "--key goes with a file to verify");
      const found = readable(file ?? paths.journal, () =>
        file === undefined ? findDamage(paths.journal) : verifyFile(file, keys),
      );
      if (!found.ok) return complain(found.damage, json);
      if (json) return printJson({ ok: true, ...found.value });
      printLines("segments" in found.value ? folderLines(found.value, paths.journal) : fileLines(found.value));
    });
}

function folderLines(found: Verified, folder: string): string[] {
  const { records, from, to, torn, segments, removed, signatures, first, last } = found;
  const unfinished = `${torn} bytes of an unfinished record`;
  if (records === 0) {
    const said = torn === 0 ? "the journal is empty" : `the journal holds only ${unfinished}`;
    return [`nothing to verify: ${said} (${folder})`];
  }
  const rest = torn === 0 ? "" : `; a crash left ${unfinished}, which never took effect`;
  const span = `${stamp(from)} to ${stamp(to)}`;
  return [
    `OK: ${many(records, "record")} in ${many(segments, "segment")}, ${span}, each continues the one before${rest}`,
    ...(removed === undefined || first === 1
      ? []
      : [`records 1 to ${first - 1} were removed by the limit on ${removed.body.why}, last on ${stamp(removed.atMs)}`]),
    ...signatureLines(signatures, last.seq),
  ];
}

function fileLines(found: FileVerified): string[] {
  const { kind, records, first, last, fromMs, toMs, signatures, proof, keysFrom } = found;
  const whose = {
    given: "with the key that you gave",
    export: "with the key in the export itself: compare its fingerprint with one that you trust, or give --key",
    none: "not checked: give the public key with --key",
  };
  return [
    `OK: ${many(records, "record")} (${first} to ${last}), ${stamp(fromMs)} to ${stamp(toMs)}, each continues the one before`,
    ...(kind === "segment"
      ? []
      : [proof === "" ? "the range as a whole is not signed" : `signed as a whole by key ${proof}`]),
    ...signatureLines(signatures, last),
    `signatures: ${whose[keysFrom]}`,
  ];
}

function signatureLines({ count, upTo, keys }: Signatures, last: number): string[] {
  if (count === 0) return ["no signature among the records yet"];
  const by = keys.map(({ key, first, last: end }) => (keys.length > 1 ? `${key}: ${first} to ${end}` : key)).join(", ");
  const rest = upTo >= last - 1 ? "" : `; ${last - upTo} after it are held by the head's signature alone`;
  const changed = keys.length > 1 ? ["the key changed: the journal's notes say when and why"] : [];
  return [`signed up to record ${upTo} (${many(count, "signature")} by key ${by})${rest}`, ...changed];
}

/** What is wrong is the answer here, and so goes to where it can be read by a program as well. */
function complain(damage: Damage, json: boolean): void {
  if (!json) throw new SwarmsError("SW-JOURNAL-DAMAGED", `${inWords(damage)}; ${damage.todo}`);
  printJson({ ok: false, code: "SW-JOURNAL-DAMAGED", ...damage });
  process.exitCode = EXIT.dataErr;
}

function keysFrom(path: string): Keys {
  const keys = publicKeysOf(readable(path, () => readFileSync(path, "utf8")).slice(0, 1 << 16));
  if (keys.size === 0) throw new SwarmsError("SW-USAGE", `${path} holds no Ed25519 public key (PEM)`);
  return keys;
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new SwarmsError("SW-FILE-READ", unreadable(path, error), { cause: error });
  }
}
