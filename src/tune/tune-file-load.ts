import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type LoadOptions, readSource, rejected } from "../core/config-load.ts";
import { remarksOf } from "../core/config-load-says.ts";
import { parseYaml } from "../core/config-load-yaml.ts";
import { valueOf } from "../core/config-tree.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { checkTuneFile } from "./tune-file-checks.ts";
import { type TuneFile, tuneSchema } from "./tune-file.ts";

export interface LoadedTune {
  readonly file: TuneFile;
  /** Absolute. */
  readonly path: string;
  /** As read. */
  readonly text: string;
}

/**
 * Reads and checks a tuning file. Errors are all told at once, each with file, line, column and the way out:
 * SW-FILE-READ, SW-CONFIG-SYNTAX, SW-CONFIG-VALUE. Never throws, whatever the text.
 */
export function loadTuneFile(path: string, options: Pick<LoadOptions, "readFile"> = {}): Result<LoadedTune> {
  const source = readSource(path, options);
  if (!source.ok) return source.code === "SW-CONFIG-READ" ? failed("SW-FILE-READ", source.says) : source;
  const { tree, wrong } = parseYaml(source.value);
  if (wrong.length > 0) return rejected("SW-CONFIG-SYNTAX", wrong);
  if (tree === undefined) return failed("SW-CONFIG-VALUE", `${path}: the file is empty`);
  const checked = tuneSchema.safeParse(valueOf(tree));
  if (!checked.success) return rejected("SW-CONFIG-VALUE", remarksOf(tree, checked.error.issues, tuneSchema));
  const meaning = checkTuneFile(checked.data, tree);
  if (meaning.length > 0) return rejected("SW-CONFIG-VALUE", meaning);
  return ok({ file: checked.data, path: resolve(path), text: source.value.text });
}

/**
 * Whoever can write the file runs commands as whoever tunes. Root takes only a file of its own, or of the user who became root
 * by sudo, that not everybody can write, in a folder in which not everybody can replace it. SW-TUNE-TRUST.
 */
export function checkTrust(path: string, uid: number, sudoUid: string | undefined): Result<void> {
  if (uid !== 0) return ok(undefined);
  const file = statSync(path);
  const folder = statSync(dirname(resolve(path)));
  if (file.uid !== 0 && String(file.uid) !== sudoUid)
    return failed("SW-TUNE-TRUST", `${path} belongs to user ${file.uid}`);
  // In a sticky folder such as /tmp nobody replaces what is another's.
  const open =
    (file.mode & EVERYBODY) !== 0 ? path : (folder.mode & (EVERYBODY | STICKY)) === EVERYBODY ? dirname(path) : "";
  return open === "" ? ok(undefined) : failed("SW-TUNE-TRUST", `everybody can write ${open}`);
}

const EVERYBODY = 0o002;
const STICKY = 0o1000;
