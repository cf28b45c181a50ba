import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ALL_SENSED, call, executed, opened, view } from "../src/immune/rules/facts.fixture.ts";
import { RuleEngine } from "../src/immune/rules/rule-engine.ts";
import { loadRules } from "../src/immune/rules/rule-set.ts";
import type { Target } from "./target.ts";

const FOLDER = join(import.meta.dirname, "../rules");

const WRITTEN = `- list: shells
  items: [bash, sh, '"quoted"', 007]
- macro: opened_to_read
  condition: evt.type in (open, openat) and evt.is_open_read=true
- rule: Read of a secret
  desc: d
  condition: >
    opened_to_read and (fd.name startswith /etc or fd.name glob "/root/*" or fd.directory in (/a, /b))
    and not proc.name in (shells) and proc.cmdline regex "^c.t( |$)+" and user.uid >= 0
  output: "%proc.name read %fd.name by %user.name at %evt.time"
  priority: WARNING
  tags: [x, y]
  exceptions:
    - name: known
      fields: [proc.name, fd.name]
      comps: [=, startswith]
      values: [[cat, /etc/passwd], [dog, /x]]
- rule: Read of a secret
  append: true
  condition: or proc.pname exists
`;

/** A rule file, which a person may have got from anybody: loaded, and where it loads, asked about what happens. */
export function rulesTarget(): Target {
  const accounts = { user: () => "root", group: () => undefined };
  const events = [opened("/etc/shadow"), executed(), call("ptrace", {}), opened(`/root/${"a".repeat(4000)}`)];
  return {
    // Mostly what loads by itself; the project's own need words of another file, and show what does not.
    seeds: [...Array.from({ length: 24 }, () => Buffer.from(WRITTEN)), ...ownRules()],
    run: (input) => {
      const source = { file: "/r.yaml", text: Buffer.from(input).toString("utf8") };
      const { set } = loadRules([source], ALL_SENSED);
      if (set === undefined) return;
      const engine = new RuleEngine(set, { processes: view(), accounts, hostname: "h", matching: "all" });
      for (const event of events) engine.match(event, 5000);
    },
  };
}

/** The project's own, a few kilobytes at a time. */
function ownRules(): Uint8Array[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));
  return files.flatMap((name) => {
    const entries = readFileSync(join(FOLDER, name), "utf8").split(/\n(?=- (?:rule|macro|list):)/);
    return entries.length > 1 ? [Buffer.from(entries.slice(1, 4).join("\n"))] : [];
  });
}
