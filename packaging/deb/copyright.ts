import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Dependency, productionDependencies } from "./dependencies.ts";

/**
 * The copyright file by DEP-5 (www.debian.org/doc/packaging-manuals/copyright-format/1.0): the layer's own terms, then
 * each dependency's with its full text, then Node's. `node packaging/deb/copyright.ts NODE_FOLDER`
 */
const HEAD = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: swarms-layer

Files: *
Copyright: the Swarms Layer authors
License: Apache-2.0

Files: usr/lib/swarms-layer/bpf/*
Copyright: the Swarms Layer authors
License: GPL-2.0-only or BSD-2-Clause
`;

/** Texts that every Debian system has, and those of the layer's own that it has not. */
const COMMON = `License: Apache-2.0
 On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.

License: GPL-2.0-only
 On Debian systems the full text is in /usr/share/common-licenses/GPL-2.
`;

export function copyrightText(dependencies: readonly Dependency[], nodeFolder: string): string {
  const bsd = readFileSync(new URL("../../LICENSES/BSD-2-Clause.txt", import.meta.url), "utf8");
  const parts = dependencies.map(stanza);
  const node = [
    "Files: usr/lib/swarms-layer/bin/node",
    "Copyright: Node.js contributors, and those whom the text names",
    `License: Node\n${indented(readFileSync(join(nodeFolder, "LICENSE"), "utf8"))}`,
  ].join("\n");
  return [HEAD, COMMON, `License: BSD-2-Clause\n${indented(bsd)}\n`, ...parts, `${node}\n`].join("\n");
}

/** Packages without a licence file of their own, and whose they are part of. */
const SAME_TERMS: Readonly<Record<string, string>> = { "@koromix/koffi": "koffi" };

function stanza(dependency: Dependency): string {
  const { name, version, license, folder } = dependency;
  const text =
    licenceOf(folder) || licenceOf(join(dirname(dirname(folder)), SAME_TERMS[name.replace(/-linux-.*/, "")] ?? name));
  const holders = [...text.matchAll(/^\s*copyright (?!notice|holder|owner|license)(.*)$/gim)].map(([, who = ""]) =>
    who.trim(),
  );
  const full = text === "" || license === "Apache-2.0" ? "" : `\n${indented(text)}`;
  return [
    `Files: usr/lib/swarms-layer/node_modules/${name}/*`,
    `Copyright: ${[...new Set(holders)].join("\n ") || `the authors of ${name}`}`,
    `Comment: ${name} ${version}, from the npm registry`,
    `License: ${full === "" ? license : `${license}-${name.replaceAll(/[^a-z0-9.-]/gi, "-").replace(/^-/, "")}`}${full}\n`,
  ].join("\n");
}

function licenceOf(folder: string): string {
  if (!existsSync(folder)) return "";
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(name));
  return file === undefined ? "" : readFileSync(join(folder, file), "utf8");
}

/** Continuation lines: one blank before each, a full stop where a line is empty. */
function indented(text: string): string {
  const lines = text.replaceAll("\r", "").trim().split("\n");
  return lines.map((line) => (line.trim() === "" ? " ." : ` ${line.trimEnd()}`)).join("\n");
}

const [nodeFolder] = process.argv.slice(2);
if (import.meta.main && nodeFolder !== undefined)
  process.stdout.write(copyrightText(productionDependencies(), nodeFolder));
