import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { configSchema, defaultConfig, type Config } from "./config.ts";
import { checkMeaning } from "./config-load-checks.ts";
import { remarksOf } from "./config-load-says.ts";
import { parseYaml } from "./config-load-yaml.ts";
import { showRemark, type Remark, type Source } from "./config-positions.ts";
import { mergeTrees, valueOf, type Tree } from "./config-tree.ts";
import { failed, ok, type Result } from "./errors.ts";
import { unreadable } from "./unreadable.ts";

export const DEFAULT_CONFIG = "/etc/swarms/swarms.yaml";
const MAX_BYTES = 1 << 20;
const MAX_ERRORS = 20;
const MAX_DROP_INS = 256;

export interface LoadOptions {
  /** A file that stands alone. Without: the default file, where there is one, and every `conf.d/*.yaml` beside it. */
  readonly path?: string;
  /** Throws system errors. Default: the file system, at most 1 MB and a byte. */
  readonly readFile?: (path: string) => Uint8Array | string;
  /** Names in a folder. Throws system errors. */
  readonly listFolder?: (path: string) => readonly string[];
}

export interface LoadedConfig {
  readonly config: Config;
  /** The main file; undefined where there is none and the defaults hold. */
  readonly file: string | undefined;
  /** Every file that was read, in the order in which they apply. */
  readonly files: readonly string[];
  /** Allowed, but surely not meant; each with its place, like the errors. */
  readonly warnings: readonly string[];
}

/**
 * Reads, merges and checks the configuration. Errors are all told at once (up to 20), each with file, line,
 * column and the way out: SW-CONFIG-READ, SW-CONFIG-SYNTAX, SW-CONFIG-VALUE.
 */
export function loadConfig(options: LoadOptions = {}): Result<LoadedConfig> {
  const read = readSources(options);
  if (!read.ok) return read;
  const sources = read.value;
  const parsed = sources.map(parseYaml);
  const unread = parsed.flatMap((file) => file.wrong);
  if (unread.length > 0) return rejected("SW-CONFIG-SYNTAX", unread);

  const file = sources.find((source) => source.file === mainFile(options))?.file;
  const files = sources.map((source) => source.file);
  const trees = parsed.flatMap((one): readonly Tree[] => (one.tree === undefined ? [] : [one.tree]));
  const [first, ...later] = trees;
  if (first === undefined) return ok({ config: defaultConfig, file, files, warnings: [] });

  const tree = later.reduce(mergeTrees, first);
  const checked = configSchema.safeParse(valueOf(tree));
  if (!checked.success) return rejected("SW-CONFIG-VALUE", remarksOf(tree, checked.error.issues));
  const { wrong, warnings } = checkMeaning(checked.data, tree);
  if (wrong.length > 0) return rejected("SW-CONFIG-VALUE", wrong);
  return ok({ config: checked.data, file, files, warnings: warnings.map(showRemark) });
}

function mainFile({ path }: LoadOptions): string {
  return path ?? DEFAULT_CONFIG;
}

function readSources(options: LoadOptions): Result<readonly Source[]> {
  const main = mainFile(options);
  const isDefault = resolve(main) === DEFAULT_CONFIG;
  const sources: Source[] = [];
  for (const file of isDefault ? [main, ...dropIns(dirname(main), options)] : [main]) {
    const source = readSource(file, options);
    if (source.ok) sources.push(source.value);
    else if (file !== main || options.path !== undefined || source.says !== absent(file)) return source;
  }
  return ok(sources);
}

function dropIns(folder: string, { listFolder = readdirSync as (path: string) => string[] }: LoadOptions): string[] {
  const dropInFolder = join(folder, "conf.d");
  try {
    const names = listFolder(dropInFolder).filter((name) => name.endsWith(".yaml") && !name.startsWith("."));
    return [...names]
      .sort()
      .slice(0, MAX_DROP_INS)
      .map((name) => join(dropInFolder, name));
  } catch {
    return [];
  }
}

/** One file, bounded, as text. SW-CONFIG-READ, SW-CONFIG-SYNTAX. */
export function readSource(file: string, { readFile = readBounded }: LoadOptions = {}): Result<Source> {
  let content: Uint8Array | string;
  try {
    content = readFile(file);
  } catch (error) {
    return failed("SW-CONFIG-READ", unreadable(file, error));
  }
  if (content.length > MAX_BYTES) return failed("SW-CONFIG-READ", `${file}: larger than 1 MB`);
  if (typeof content === "string") return ok({ file, text: content });
  try {
    return ok({ file, text: new TextDecoder("utf-8", { fatal: true }).decode(content) });
  } catch {
    return failed("SW-CONFIG-SYNTAX", `${file}: not UTF-8 text`);
  }
}

function absent(file: string): string {
  return `${file}: there is no such file`;
}

/** Reads no further than one byte past the limit, so that a device or an endless pipe cannot fill the memory. */
function readBounded(path: string): Uint8Array {
  const fd = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    let size = 0;
    for (let got = -1; got !== 0 && size < bytes.length; size += got) {
      got = readSync(fd, bytes, size, bytes.length - size, null);
    }
    return bytes.subarray(0, size);
  } finally {
    closeSync(fd);
  }
}

/** Every remark with its place, the first ones shown. */
export function rejected(code: "SW-CONFIG-SYNTAX" | "SW-CONFIG-VALUE", remarks: readonly Remark[]): Result<never> {
  const shown = inOrder(remarks).slice(0, MAX_ERRORS).map(showRemark);
  if (remarks.length > MAX_ERRORS) shown.push(`and ${remarks.length - MAX_ERRORS} more`);
  return failed(code, shown.join("\n"));
}

/** File by file as they were read, and from the top down in each. */
function inOrder(remarks: readonly Remark[]): Remark[] {
  const files = [...new Set(remarks.map(({ span }) => span.source))];
  return files.flatMap((source) =>
    remarks.filter(({ span }) => span.source === source).sort((a, b) => a.span.start - b.span.start),
  );
}
