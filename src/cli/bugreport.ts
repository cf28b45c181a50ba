import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../core/clock.ts";
import { errnoOf } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { type Asked, PARTS } from "./bugreport/parts.ts";
import { REDACTED, type Redactor, redactor } from "./bugreport/redact.ts";
import { type TarFile, tarGz } from "./bugreport/tar.ts";
import { currentUid, globalsOf } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";
import { unwritable } from "./unwritable.ts";
import { version } from "./version.ts";

const FOLDER = "swarms-bugreport";

const HELP = `
Inside: ${PARTS.map(({ name }) => name).join(", ")}.
Passwords, tokens, keys and the paths of web addresses are left out. Names of programs, groups,
users and files of this host are inside: read it before you send it.`;

/** `swarms bugreport`: what somebody who is to help needs to know, in one file that can be read before it is sent. */
export function registerBugreport(program: Command): void {
  program
    .command("bugreport")
    .description("gather in one file what is needed to help: versions, doctor, status, configuration, last records")
    .argument("[file]", "a new .tar.gz (mode 0600); left out: one in this folder, named by the time")
    .option("--no-host-names", "put HOST in the place of this host's name")
    .addHelpText("after", HELP)
    .action((file: string | undefined, options: { readonly hostNames: boolean }, command: Command) => {
      const { paths, configPath, json } = globalsOf(command);
      const atMs = systemClock.wallMs();
      const stamp = new Date(atMs).toISOString().slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-");
      const target = resolve(file ?? `${FOLDER}-${stamp}.tar.gz`);
      const redact = redactor(options.hostNames ? [] : namesOfHost());
      // First, as gathering takes seconds that nobody should wait for in vain.
      const fd = begin(target);
      let files: readonly TarFile[];
      try {
        files = gather({ paths, configPath }, redact, json ? () => undefined : progress);
        writeFileSync(fd, tarGz(files, atMs));
      } catch (error) {
        rmSync(target, { force: true });
        throw errnoOf(error) === "" ? error : unwritable(target, error);
      } finally {
        closeSync(fd);
      }
      if (json)
        return printJson({ ok: true, file: target, parts: files.map(({ name }) => name), leftOut: redact.looksFor });
      printLines([
        `${target}: ${files.length} files`,
        `left out: ${redact.looksFor.join("; ")}`,
        ...(currentUid() === 0 ? [] : ["not root: what only root may read is missing; sudo gathers more"]),
        `→ read it before you send it: tar -xzOf ${target} | less`,
      ]);
    });
}

function progress(name: string): void {
  process.stderr.write(`swarms: gathering ${name}\n`);
}

function gather(asked: Asked, redact: Redactor, onPart: (name: string) => void): TarFile[] {
  const parts = PARTS.map(({ name, says, collect }) => {
    onPart(name);
    return { name, says, text: redact(attempt(() => collect(asked))) };
  });
  const contents = parts.map(({ name, says, text }) => `${name.padEnd(20)} ${says} (${text.length} characters)`);
  const readme = [
    `Report of swarms ${version} for whoever is to help. Inside:`,
    "",
    ...contents,
    "",
    `Left out, with "${REDACTED}" in its place: ${redact.looksFor.join("; ")}.`,
    "Names of programs, groups, users and files of this host are inside.",
    "",
  ];
  const files = [{ name: "README.txt", text: readme.join("\n") }, ...parts];
  return files.map(({ name, text }) => ({ name: `${FOLDER}/${name}`, text }));
}

/** A part that fails says why; the others are still worth having. */
function attempt(collect: () => string): string {
  try {
    return collect();
  } catch (error) {
    return `(could not be gathered: ${printable(error instanceof Error ? error.message : String(error), 500)})\n`;
  }
}

/** Whole and short: "db1.example.org" is "db1" in many a log. */
function namesOfHost(): string[] {
  const full = hostname();
  return [...new Set([full, full.split(".")[0] ?? ""])];
}

/** A new file for its owner alone. */
function begin(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    throw unwritable(path, error);
  }
}
