import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Archive } from "../../vm/archive.ts";
import { Unavailable } from "../../vm/unavailable.ts";
import type { Bench } from "./part.ts";

/** GNU binutils: its libraries are some 150 files of ordinary C behind configure scripts, half a minute of work on two cores. */
const PACKAGE = "binutils-source";
const ARCHIVED_IN = "usr/src/binutils";
const CACHE = join(import.meta.dirname, "..", "..", ".cache", "bench", PACKAGE);

/** Folder of the unpacked sources, fetched from the distribution's archive at the first time; undefined, with a word, where they are not to be had. */
export function sourcesFor(bench: Pick<Bench, "note">): string | undefined {
  try {
    return provideSources((line) => bench.note(line));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    bench.note(`left out: the sources are not to be had (${error.message})`);
    return undefined;
  }
}

function provideSources(say: (line: string) => void): string {
  if (!existsSync(CACHE)) fetchSources(say);
  const name = readdirSync(CACHE).find((entry) => entry.startsWith("binutils-"));
  if (name === undefined) throw new Error(`${CACHE} holds no sources: remove it`);
  return join(CACHE, name);
}

function fetchSources(say: (line: string) => void): void {
  const codename = /^VERSION_CODENAME=(\S+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "";
  say(`fetching ${PACKAGE} from ${codename}`);
  const work = `${CACHE}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "sources"), { recursive: true });
  Archive.open(join(work, "apt"), [codename]).unpack(PACKAGE, join(work, "package"));
  const folder = join(work, "package", ARCHIVED_IN);
  const archive = readdirSync(folder).find((name) => /\.tar\.\w+$/.test(name));
  const { status, stderr } = spawnSync("tar", ["-xf", join(folder, archive ?? ""), "-C", join(work, "sources")], {
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`${PACKAGE}: ${stderr}`);
  renameSync(join(work, "sources"), CACHE);
  rmSync(work, { recursive: true });
}
