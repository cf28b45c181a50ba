import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { ProcessRecord } from "../../core/agent.ts";
import type { CallEvent, ConnectEvent } from "../../core/event.ts";
import { call, LINE, record, view } from "./facts.fixture.ts";
import { FIELDS } from "./fields/fields.ts";
import { hostsOf } from "./host-names.ts";
import { HostTable } from "./host-table.ts";
import { RuleEngine } from "./rule-engine.ts";
import { type Loaded, loadRules } from "./rule-set.ts";

const SENSED = (type: string): readonly ["connect"] | readonly [] => (type === "kill" ? [] : ["connect"]);

function rule(name: string, condition: string, more = ""): string {
  return `- rule: ${name}\n  desc: d\n  condition: ${JSON.stringify(condition)}\n  output: "to %fd.sip.name from %fd.cip.name"\n  priority: INFO\n${more}`;
}

function load(...texts: readonly string[]): Loaded {
  return loadRules([{ file: "f.yaml", text: texts.join("") }], SENSED);
}

function namesIn(...texts: readonly string[]): readonly string[] {
  const { set, wrong } = load(...texts);
  assert.ok(set !== undefined, wrong.map(({ says }) => says).join("; "));
  return set.hosts.toSorted();
}

const CONNECT = "evt.type = connect and ";

test("names are gathered from what rules compare with: by =, != and in, through macros, lists of lists and exceptions", () => {
  const names = namesIn(
    "- list: inner\n  items: [c.example, d.example]\n- list: outer\n  items: [inner, b.example]\n",
    '- macro: api\n  condition: (fd.sip.name="a.example")\n',
    rule("one", `${CONNECT}api and not fd.cip.name in (outer)`),
    rule("two", `${CONNECT}fd.lip.name != E.example. and fd.rip.name = anyof (f.example, g_h.example)`),
    rule(
      "three",
      `${CONNECT}proc.name = x`,
      "  exceptions:\n    - name: known\n      fields: [fd.sip.name, proc.name]\n      comps: [in, =]\n      values:\n        - [[i.example, outer], curl]\n",
    ),
  );
  const wanted = [
    "E.example.",
    ...["a", "b", "c", "d", "f"].map((each) => `${each}.example`),
    "g_h.example",
    "i.example",
  ];
  assert.deepEqual(names, wanted.toSorted());
});

test("no name is asked for by rules that are off, that can never fire here, or that only print it", () => {
  const off = rule("off", `${CONNECT}fd.sip.name = a.example`, "  enabled: false\n");
  const dead = rule("dead", "evt.type = kill and fd.sip.name = b.example");
  const blind = rule("blind", `${CONNECT}container.labels = x and fd.sip.name = c.example`);
  assert.deepEqual(namesIn(off, dead, blind, rule("prints", `${CONNECT}proc.name = x`)), []);
});

test("what cannot be looked up is told at load with its place and why, and is never met", () => {
  for (const [condition, sees, says] of [
    ["fd.sip.name glob *.example", "nothing", /`fd\.sip\.name`: only whole names .*`glob` names none/],
    ["fd.cip.name contains example", "nothing", /`contains` names none/],
    ["fd.lip.name startswith a and proc.name = x", "nothing", /`startswith` names none/],
    ["fd.rip.name regex 'a.*'", "nothing", /`regex` names none/],
    ["fd.rip.name pmatch (a, b)", "nothing", /`pmatch` names none/],
    ["fd.sip.name = val(proc.name)", "nothing", /a field on the right names none/],
    ["proc.name = val(fd.sip.name)", "nothing", /a field on the right names none/],
    ['fd.sip.name = "*.example"', "nothing", /`\*\.example` cannot be looked up: no name of a host/],
    ['fd.sip.name in (a.example, "b c")', "part", /`b c` cannot be looked up/],
    ["not fd.sip.name glob *.example", "part", /`glob` names none/],
    ["tolower(fd.sip.name) = a.example", "part", /only where it stands by itself/],
    ["fd.sip.name exists", "part", /exists only for addresses of names that rules compare with/],
    ["fd.sip.name = a.example", "all", undefined],
  ] as const) {
    const { set, warnings } = load(rule("r", CONNECT + condition));
    const [found] = set?.rules ?? [];
    assert.equal(found?.usability.sees, sees, condition);
    assert.equal(found.usability.because, sees === "nothing" ? "fields" : undefined, condition);
    if (says === undefined) assert.deepEqual(warnings, [], condition);
    else {
      assert.ok(
        found.usability.lacks.some((each) => says.test(each)),
        `${condition}: ${found.usability.lacks.join()}`,
      );
      assert.ok(
        warnings.some((each) => says.test(each.says)),
        condition,
      );
    }
  }
});

test("beyond 256 names the rest are told as not looked up", () => {
  const many = Array.from({ length: 300 }, (_, at) => `h${at}.example`).join(", ");
  const { set, warnings } = load(
    rule("first", `${CONNECT}fd.sip.name in (${many})`),
    rule("last", `${CONNECT}fd.sip.name = h0.example`),
  );
  assert.equal(set?.hosts.length, 256);
  assert.deepEqual(
    set.rules.map(({ usability }) => usability.sees),
    ["part", "all"],
  );
  const told = warnings.map(({ says }) => says).join("\n");
  assert.match(
    told,
    /`first` sees only a part: `h256\.example`, `h257\.example`, `h258\.example` and 41 more are not looked up/,
  );
});

test("a macro that many rules share is walked once", () => {
  let text = "- macro: m0\n  condition: (fd.sip.name = a.example or proc.name = x)\n";
  for (let at = 1; at < 12; at++) text += `- macro: m${at}\n  condition: (m${at - 1} and m${at - 1})\n`;
  const { set } = load(text, rule("r", `${CONNECT}m11`));
  const [found] = set?.rules ?? [];
  assert.deepEqual(found && hostsOf(found.condition).names, ["a.example"]);
});

const SOCKET = { family: "ipv4", type: 1, protocol: 6, path: "" } as const;
const FD = {
  number: 4,
  type: "socket",
  path: "",
  file: { dev: 8, ino: 9 },
  mode: 0,
  traits: { upperLayer: false, memfd: false, deleted: false },
} as const;

function connected(address: string): CallEvent {
  const [local, remote] = [
    { address: "10.0.0.5", port: 40_000 },
    { address, port: 443 },
  ];
  const fd = { ...FD, socket: { ...SOCKET, family: address.includes(":") ? "ipv6" : "ipv4", local, remote } } as const;
  return call("connect", { kind: "connected", args: [4, 0, 16, 0, 0, 0], fd, address: remote });
}

/** What the only rule says of a connection; undefined where it does not hold. */
function said(condition: string, address: string, table: HostTable): string | undefined {
  const { set } = load(rule("r", CONNECT + condition));
  assert.ok(set !== undefined);
  const accounts = { user: () => undefined, group: () => undefined };
  const engine = new RuleEngine(set, { processes: view(), accounts, hosts: table, hostname: "h", matching: "all" });
  return engine.match(connected(address), 5000)[0]?.text;
}

function tableOf(all: Readonly<Record<string, readonly string[]>>): HostTable {
  const table = new HostTable();
  table.take(Object.entries(all).map(([name, addresses]) => ({ name, addresses })));
  return table;
}

test("an address has the names that lead to it: none, one or several, IPv4 within IPv6 and other spellings too", () => {
  const table = tableOf({
    "a.example": ["203.0.113.9", "2001:db8::1"],
    "b.example": ["203.0.113.9", "203.0.113.10", "no address"],
    "mine.example": ["10.0.0.5"],
    "none.example": [],
  });
  const is = "fd.sip.name = a.example";
  assert.equal(said(is, "203.0.113.9", table), "to (a.example,b.example) from mine.example");
  assert.equal(said(is, "2001:0db8:0:0::0001", table), "to a.example from mine.example");
  assert.equal(said(is, "::ffff:203.0.113.9", table), "to (a.example,b.example) from mine.example");
  assert.equal(said(is, "203.0.113.10", table), undefined);
  // Any of several is it, and then it is not another: as of fd.ip.
  for (const [condition, holds] of [
    ["fd.sip.name = b.example and fd.rip.name == a.example", true],
    ["fd.sip.name in (x.example, b.example)", true],
    ["fd.sip.name = anyof (x.example, b.example) and fd.sip.name exists", true],
    ["fd.sip.name != a.example", false],
    ["fd.sip.name != none.example", true],
    ["not fd.sip.name in (a.example)", false],
    ["fd.cip.name = mine.example and fd.lip.name = mine.example", true],
    ["fd.cip.name = a.example", false],
    ["fd.sip.name contains example", false],
  ] as const)
    assert.equal(said(condition, "203.0.113.9", table) !== undefined, holds, condition);
  assert.equal(said("fd.sip.name != a.example", "198.51.100.1", table), "to <NA> from mine.example");
  assert.equal(said("fd.sip.name exists", "198.51.100.1", table), undefined);
});

test("before anything is known of any name no comparison holds, != neither", () => {
  const table = new HostTable();
  for (const condition of ["fd.sip.name = a.example", "fd.sip.name != a.example", "fd.sip.name exists"])
    assert.equal(said(condition, "203.0.113.9", table), undefined, condition);
  table.take([{ name: "a.example", addresses: ["203.0.113.9"] }]);
  assert.equal(said("fd.sip.name = a.example", "203.0.113.9", table), "to a.example from <NA>");
  table.take([{ name: "a.example", addresses: [] }]);
  assert.equal(said("fd.sip.name = a.example", "203.0.113.9", table), undefined);
});

test("the four fields have values here", () => {
  for (const name of ["fd.cip.name", "fd.sip.name", "fd.lip.name", "fd.rip.name"])
    assert.deepEqual([FIELDS[name]?.lacking, FIELDS[name]?.type], [undefined, "host"], name);
});

test("Falco's rule of a container that calls the API server fires, for what is a container and leads there", (t) => {
  const file = `${process.env["SWARMS_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))}/falco/falco_rules.yaml`;
  if (!existsSync(file))
    return t.skip(`${file} is not there (it is no part of this project): name its folder in SWARMS_DATA`);
  const { set } = loadRules([{ file, text: readFileSync(file, "utf8") }], SENSED);
  assert.deepEqual(set?.hosts, ["kubernetes.default.svc.cluster.local"]);
  const name = "Contact K8S API Server From Container";
  assert.equal(set.rules.find(({ definition }) => definition.name === name)?.usability.sees, "all");
  const id = "ab".repeat(32);
  const inside = [...LINE.slice(0, 2), record(30, 20, "curl", { container: { runtime: "docker", id } })];
  const info = {
    id,
    name: "web",
    image: "docker.io/x/web:v1",
    imageId: "",
    namespace: "",
    pod: "",
    podUid: "",
    sandbox: "",
  };
  const fired = (lines: readonly ProcessRecord[], to: string): boolean => {
    const processes = view(lines);
    const engine = new RuleEngine(set, {
      processes,
      accounts: { user: () => "root", group: () => "root" },
      containers: { container: (asked) => (asked === id ? info : undefined) },
      hosts: tableOf({ "kubernetes.default.svc.cluster.local": ["10.96.0.1"] }),
      hostname: "h",
      matching: "all",
    });
    return engine.match(connected(to), 5000, processes).some((alert) => alert.rule.definition.name === name);
  };
  assert.deepEqual(
    [fired(inside, "10.96.0.1"), fired(inside, "10.96.0.2"), fired(LINE, "10.96.0.1")],
    [true, false, false],
  );
});

test("a connect as light sensing tells it has the server's name too", () => {
  const { set } = load(rule("r", `${CONNECT}fd.sip.name = a.example`));
  assert.ok(set !== undefined);
  const accounts = { user: () => undefined, group: () => undefined };
  const hosts = tableOf({ "a.example": ["203.0.113.9"] });
  const engine = new RuleEngine(set, { processes: view(), accounts, hosts, hostname: "h", matching: "all" });
  const base = connected("203.0.113.9");
  const { atNs, process, comm, uid, cgroupId, cpuCgroupId } = base;
  const head = { atNs, process, comm, uid, cgroupId, cpuCgroupId };
  const event: ConnectEvent = { ...head, kind: "connect", family: "ipv4", to: { address: "203.0.113.9", port: 443 } };
  assert.equal(engine.match(event, 5000)[0]?.text, "to a.example from <NA>");
});
