import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Config } from "../core/config.ts";
import { errnoOf } from "../core/errors.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import { readPlugins } from "./plugin-folders.ts";

const OWN = fileURLToPath(new URL("../../rules/", import.meta.url));
/** All files together have to go into one message (core/wire/frame.ts), beside names. */
const MAX_TEXT = 768 * 1024;
const MAX_FILES = 64;
const MAX_NAMES = 2000;

/**
 * The texts of the rule files that the configuration names, and the names of users and groups that rules compare. Read here because the
 * hive can reach no file; understood there, because the warden parses nothing that it need not. What cannot be read is said.
 */
export function readRuleSources(config: Config, hostname: string, own = OWN, plugins = readPlugins): RuleSources {
  const { own: wantsOwn, files, matching } = config.rules;
  const paths = [...(wantsOwn ? ruleFiles(own) : []), ...files].slice(0, MAX_FILES);
  const missing: string[] = [];
  let left = MAX_TEXT;
  // Whole plugins that may not be loaded are left out and said elsewhere: they are no exceptions to these.
  const packs = plugins(config.plugins).plugins.flatMap(({ rules }) => rules);
  const named = paths.map((file) => ({ file, text: textOf(file) }));
  const all = [...named, ...packs.map(({ file, text }) => ({ file, text: { ok: true, value: text } as Text }))];
  const sources = all.flatMap(({ file, text }) => {
    if (!text.ok) missing.push(`${file}: ${text.says}`);
    else if (text.value.length > left) missing.push(`${file}: rule files may have ${MAX_TEXT} characters together`);
    else {
      left -= text.value.length;
      return [{ file, text: text.value }];
    }
    return [];
  });
  const isUsed = sources.length > 0;
  const users = isUsed ? names("/etc/passwd") : [];
  const groups = isUsed ? names("/etc/group") : [];
  // Part of a set of rules may be its exceptions: all or none.
  return { sources: missing.length > 0 ? [] : sources, missing, matching, hostname, users, groups };
}

/** The layer's own rule files, by name; the folder itself where it cannot be listed, so that reading it says why. */
export function ruleFiles(folder = OWN): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^[^.].*\.yaml$/.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [folder];
  }
}

type Text = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly says: string };

function textOf(file: string): Text {
  try {
    return { ok: true, value: readFileSync(file, "utf8") };
  } catch (error) {
    return { ok: false, says: `cannot be read (${errnoOf(error)})` };
  }
}

/** passwd(5), group(5): the third field is the number. */
function names(file: string): readonly (readonly [id: number, name: string])[] {
  const text = textOf(file);
  if (!text.ok) return [];
  return text.value
    .split("\n")
    .slice(0, MAX_NAMES)
    .flatMap((line): readonly (readonly [number, string])[] => {
      const [name = "", , id = ""] = line.split(":");
      return /^\d{1,10}$/.test(id) && name !== "" ? [[Number(id), name.slice(0, 64)]] : [];
    });
}
