import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SensedEvent } from "../../core/event.ts";
import { processKey } from "../../core/entity.ts";
import { ALL_SENSED, call, executed, LINE, opened, record, view } from "./facts.fixture.ts";
import { type Facts, NO_CONTAINERS, NO_HOSTS } from "./fields/field.ts";
import { plainly } from "./plain.fixture.ts";
import { isElsewhere, RuleEngine } from "./rule-engine.ts";
import { loadRules, type RuleSet } from "./rule-set.ts";

/** Checks over few values, so that random conditions hold and fail about as often. */
const CHECKS = [
  "evt.type = openat",
  "evt.type in (openat, unlink, execve)",
  "evt.type != execve",
  "evt.type.is.execve = true",
  "evt.type startswith open",
  "syscall.type = ptrace",
  "evt.is_open_write = true",
  "evt.is_open_read = true",
  "evt.is_open_create != true",
  "evt.is_open_write exists",
  "evt.failed = true",
  "evt.arg.flags contains O_RDONLY",
  "fd.name = /etc/shadow",
  "fd.name startswith /etc",
  "fd.name in (/etc/shadow, /usr/lib/x.so)",
  "fd.name != /etc/shadow",
  "fd.name pmatch (/usr, /tmp)",
  "fd.name glob '/*/*.so'",
  "fd.name exists",
  "fd.directory = /etc",
  "fd.directory in (/etc, /usr/lib)",
  "fd.directory in (/, /etc)",
  "fd.directory startswith /us",
  "fd.filename in (shadow, a)",
  "fd.name = /a",
  "fd.name startswith /u",
  "fd.name in (/a, /etc/shadow)",
  "fd.filename = shadow",
  "fd.filename endswith .so",
  "fd.name contains anyof (shadow, lib)",
  "fd.name contains oneof (etc, shadow)",
  "fd.typechar = f",
  "fd.num >= 0",
  "fd.num = -1",
  "fd.num = 3",
  "fd.typechar exists",
  "fd.name regex '/etc/s[a-z]+'",
  "fd.name regex '.*/x\\.so|/tmp/.*'",
  "fd.name glob '/etc/*d*w'",
  "fd.name glob '*/?'",
  "fd.name endswith adow",
  "fd.name icontains SHADOW",
  "fd.name in (relative, /root/relative)",
  "fd.filename startswith sh",
  "fd.filename glob 's*w'",
  "fd.filename contains ad",
  "fd.filename regex '.*hado.*'",
  "fd.directory contains tc",
  "fd.directory endswith lib",
  "fd.directory contains /",
  "fd.name glob '*/sh*d*'",
  "fd.name startswith allof (/etc, /etc/sh)",
  "fd.name startswith allof ()",
  "fd.name contains had",
  "fd.directory glob '/e*'",
  "fd.directory = /root",
  "proc.name = cat",
  "proc.name in (cat, sh)",
  "proc.name != cat",
  "proc.pname = bash",
  "proc.aname = sshd",
  "proc.aname in (bash, sshd)",
  "proc.aname[2] = sshd",
  "proc.args contains shadow",
  "proc.cmdline regex 'cat .*'",
  "proc.tty = 0",
  "proc.name = val(proc.exe)",
  "toupper(proc.name) = CAT",
  "container.labels = x",
  "user.name = root",
  "ours",
  "theirs",
] as const;
const MACROS = `- macro: ours
  condition: (evt.type in (openat, execve) and (fd.name startswith /etc or proc.name = cat))
- macro: theirs
  condition: ((evt.type = unlink or evt.type = execve and proc.name = sh) and not ours)
`;

const RECORDS = [...LINE, record(40, 20, "sh"), record(50, 1, "cat")];
const SH = { process: { pid: 40, startTicks: 4000 }, comm: "sh" };
const UNKNOWN = { process: { pid: 99, startTicks: 1 }, comm: "cat" };

/** Made anew for each: the same text may be another object. */
function event(which: number): SensedEvent {
  const path = ["/etc/shadow", "/usr/lib/x.so", "/tmp/a", "/a", "relative"][which % 5] ?? "";
  const who = [{}, SH, UNKNOWN, { process: { pid: 50, startTicks: 5000 } }][Math.floor(which / 5) % 4] ?? {};
  const events: readonly (() => SensedEvent)[] = [
    () => opened(path, who),
    () => opened(path, { ...who, kind: "open.write", args: [2 ** 64 - 100, 0, 1, 0, 0, 0] }),
    () =>
      opened(path, {
        ...who,
        kind: "open.write",
        args: [2 ** 64 - 100, 0, 2, 0, 0, 0],
        fd: { ...FILE, path, number: 5 },
      }),
    () => opened(path, { ...who, kind: "open.write", args: [2 ** 64 - 100, 0, 0o101, 0, 0, 0] }),
    () => opened(path, { ...who, kind: "open.failed", result: -2 }),
    // Behind a link: the typed path is not the one that was opened.
    () => opened(path, { ...who, fd: { ...FILE, path: "/usr/lib/x.so" } }),
    () => call("unlink", { ...who, kind: "unlink", path }),
    () => call("ptrace", who),
    () => executed({ ...who, path }),
  ];
  return events[Math.floor(which / 20) % events.length]?.() ?? executed();
}

const FILE = {
  number: 3,
  type: "file",
  file: { dev: 1, ino: 2 },
  mode: 0o100600,
  traits: { upperLayer: false, memfd: false, deleted: false },
} as const;
const EVENTS = 180;

const condition = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: "condition" },
    fc.constantFrom(...CHECKS),
    fc
      .tuple(fc.constantFrom("and", "or"), fc.array(tie("node"), { minLength: 2, maxLength: 4 }))
      .map(([joint, parts]) => `(${parts.join(` ${joint} `)})`),
    tie("node").map((part) => `not (${part})`),
  ),
})).node;

function load(conditions: readonly string[]): RuleSet {
  const rules = conditions.map(
    (each, at) => `- rule: r${at}\n  desc: d\n  condition: ${JSON.stringify(each)}\n  output: o\n  priority: INFO\n`,
  );
  const { set, wrong } = loadRules([{ file: "r.yaml", text: [MACROS, ...rules].join("") }], ALL_SENSED);
  assert.ok(set !== undefined, JSON.stringify(wrong.map(({ says }) => says)));
  return set;
}

const processes = view(RECORDS);
const accounts = { user: (uid: number) => (uid === 0 ? "root" : undefined), group: () => "root" };

/** The rules that hold for an event, one after the other, each asked from the beginning. */
function asWritten({ rules }: RuleSet, sensed: SensedEvent): readonly string[] {
  const told = { processes, wallMs: 5000, accounts, containers: NO_CONTAINERS, hosts: NO_HOSTS, hostname: "h" };
  const base = { number: 1, turn: 1, ...told, path: undefined, pathTurn: -1 };
  const facts = (asResolved: boolean): Facts => ({
    ...base,
    event: sensed,
    process: processes.get(processKey(sensed.process)),
    asResolved,
  });
  const holds = (asResolved: boolean): readonly string[] =>
    rules.filter((rule) => plainly(rule.condition, facts(asResolved))).map(({ definition }) => definition.name);
  const typed = holds(false);
  return isElsewhere(sensed) ? [...typed, ...holds(true).filter((name) => !typed.includes(name))] : typed;
}

test("what is indexed, left out, reordered and remembered says what plain evaluation says, event after event", () => {
  let fired = 0;
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(EVENTS - 1), { minLength: 10, maxLength: 40 }),
      (conditions, order) => {
        const set = load(conditions);
        const engine = new RuleEngine(set, { processes, accounts, hostname: "h", matching: "all" });
        for (const which of order) {
          const names = engine.match(event(which), 5000).map(({ rule }) => rule.definition.name);
          assert.deepEqual(names, asWritten(set, event(which)), `${conditions.join("\n")}\nevent ${which}`);
          fired += names.length;
        }
      },
    ),
    { numRuns: 300 },
  );
  assert.ok(fired > 1000, `${fired} rules fired: too few to tell anything`);
});
