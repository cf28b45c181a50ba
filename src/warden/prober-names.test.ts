import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { systemClock } from "../core/clock.ts";
import type { HostAddresses } from "../core/host-name.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import { decodeFromHive } from "../core/wire/from-hive.ts";
import { MESSAGE } from "../core/wire/messages.ts";
import { ProberNames } from "./prober-names.ts";
import { proberCommand } from "./prober-room.ts";

function sources(...texts: readonly string[]): RuleSources {
  const files = texts.map((text, at) => ({ file: `/etc/swarms/rules/${at}.yaml`, text }));
  return { sources: files, missing: [], matching: "all", hostname: "h", users: [], groups: [] };
}

const RULES = sources(
  '- rule: r\n  condition: fd.sip.name in (a.example,"b.example", localhost) # not xa.example.org\n',
);

/** A stand-in that answers each list of names with these bodies, in frames of type 4. */
function saying(bodies: readonly object[], type = 4): { command: string; args: string[] } {
  const script = `
    const { readSync, writeSync } = require("node:fs");
    readSync(3, Buffer.alloc(65536));
    for (const body of ${JSON.stringify(bodies)}.map((each) => JSON.stringify(each))) {
      const frame = Buffer.alloc(5 + Buffer.byteLength(body));
      frame.writeUInt32LE(frame.length - 4);
      frame[4] = ${type};
      frame.write(body, 5);
      writeSync(3, frame);
    }
    setTimeout(() => undefined, 100_000);`;
  return { command: process.execPath, args: ["-e", script] };
}

interface Stage {
  readonly names: ProberNames;
  readonly told: (readonly HostAddresses[])[];
  readonly log: string[];
  started(): number;
}

const SLOW = { everyMs: 3_600_000, firstMs: 3_600_000 };

/** `rounds`: what the prober of each round says; the last of them over and over. */
function stage(rounds: readonly (readonly object[])[], pace = SLOW, type = 4): Stage {
  const told: (readonly HostAddresses[])[] = [];
  const log: string[] = [];
  let started = 0;
  const names = new ProberNames({
    clock: systemClock,
    log: (says) => log.push(says),
    tell: (all) => told.push(all),
    command: () => saying(rounds[Math.min(started++, rounds.length - 1)] ?? [], type),
    rounds: pace,
  });
  return { names, told, log, started: () => started };
}

async function until(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 1200 && !holds(); tries++) await sleep(25);
  return holds();
}

const asked = (handed: RuleSources, ...names: readonly string[]) => ({
  revision: handed.revision ?? 0,
  names: [...names],
});
const A = { name: "a.example", addresses: ["2001:db8::1", "203.0.113.9"] };
const NO_B = { name: "b.example", addresses: [], fault: "ENOTFOUND" };

test("names of rule files are looked up, the hive is told all of them, and another hive hears the same at once", async () => {
  const { names, told, log, started } = stage([[NO_B, A]]);
  try {
    const handed = names.handed(RULES);
    assert.equal(started(), 0, "nothing is started where no rule asks");
    names.asked(asked(handed, "b.example", "a.example"));
    assert.ok(await until(() => told.length > 0), log.join("\n"));
    const all = [{ name: "b.example", addresses: [] }, A];
    assert.deepEqual(told, [all]);
    assert.ok(await until(() => log.length > 0));
    assert.deepEqual(log, ["no address for names that rules compare with: b.example (ENOTFOUND)"]);
    assert.deepEqual(names.pids("/proc"), [], "a round leaves no process");
    names.asked(asked(names.handed(RULES), "a.example", "b.example"));
    assert.deepEqual([told.length, told[1], started()], [2, all, 1]);
  } finally {
    names.stop();
  }
});

test("what stands in no rule file as it is, is not looked up, nor other names of files that were asked for before", async () => {
  const { names, told, log, started } = stage([[A]]);
  try {
    const handed = names.handed(RULES);
    names.asked(asked(handed, "a.example", "secret-of-the-host.evil.example", "example", "xa.example"));
    assert.ok(await until(() => told.length > 0), log.join("\n"));
    assert.deepEqual(told, [[A]]);
    assert.deepEqual(log, ["3 names are not looked up: they stand in no rule file as they are"]);
    names.asked(asked(handed, "b.example"));
    names.asked({ revision: (handed.revision ?? 0) - 1, names: ["b.example"] });
    assert.equal(started(), 1);
    assert.deepEqual(told.at(-1), [A]);
    // Other files, other names.
    names.asked(asked(names.handed(sources("fd.sip.name = b.example")), "b.example"));
    assert.ok(await until(() => started() === 2));
  } finally {
    names.stop();
  }
});

test("files that compare no names have none of their words looked up", () => {
  const { names, started } = stage([[A]]);
  try {
    names.asked(asked(names.handed(sources("condition: proc.name = a.example")), "a.example"));
    names.asked(asked(names.handed(RULES)));
    names.asked(asked(names.handed(sources()), "a.example"));
    assert.equal(started(), 0);
  } finally {
    names.stop();
  }
});

test("rounds follow each other: what changed is told, what cannot be looked up for a while keeps its addresses", async () => {
  const moved = { ...A, addresses: ["203.0.113.10"] };
  const lost = { ...A, addresses: [], fault: "EAI_AGAIN" };
  const { names, told, log } = stage([[A], [lost], [lost], [moved]], { everyMs: 50, firstMs: 10 });
  try {
    names.asked(asked(names.handed(RULES), "a.example"));
    assert.ok(await until(() => told.length > 1), log.join("\n"));
    assert.deepEqual(told.slice(0, 2), [[A], [moved]]);
    assert.equal(log.filter((says) => says.includes("EAI_AGAIN")).length, 1, "a fault is told once");
  } finally {
    names.stop();
  }
});

const NONSENSE: Readonly<Record<string, readonly [body: object, type?: number]>> = {
  "an address that is none": [{ ...A, addresses: ["203.0.113.0/24"] }],
  "too many addresses": [{ ...A, addresses: Array.from({ length: 65 }, () => "10.0.0.1") }],
  "a name that nobody asked for": [{ ...A, name: "b.example" }],
  "a field that nobody asked for": [{ ...A, propose: "kill.cgroup" }],
  "a sentence as its fault": [{ ...A, addresses: [], fault: "run this" }],
  "numbers of a workload": [{ workload: "shop", samples: 1, failures: 0 }, 2],
};

for (const [what, [body, type]] of Object.entries(NONSENSE))
  test(`a prober that tells ${what} is ended, and nothing of it is believed`, async () => {
    const { names, told, log } = stage([[body]], SLOW, type);
    try {
      names.asked(asked(names.handed(RULES), "a.example"));
      assert.ok(await until(() => log.length > 0));
      assert.match(log[0] ?? "", /the prober said what it may not/);
      assert.deepEqual([told, names.pids("/proc")], [[], []]);
    } finally {
      names.stop();
    }
  });

test("a hive that asks for what is no list of names of hosts is refused", () => {
  const decode = (body: unknown): boolean =>
    decodeFromHive({ type: MESSAGE.resolve, payload: new TextEncoder().encode(JSON.stringify(body)) }).ok;
  assert.ok(decode({ revision: 1, names: ["a.example", "localhost", "_x.a-b.example."] }));
  for (const names of [
    ["a b"],
    ["*.example"],
    ["-a.example"],
    ["a..b"],
    [""],
    ["ä.example"],
    [`${"a".repeat(64)}.example`],
    [`${"a.".repeat(126)}ab`],
    Array(257).fill("a"),
    "a",
  ])
    assert.ok(!decode({ revision: 1, names }), JSON.stringify(names).slice(0, 80));
  assert.ok(!decode({ revision: -1, names: [] }));
  assert.ok(!decode({ names: [] }));
});

test("the real one looks up names from its room, as /etc/hosts has them", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const room = proberCommand(0);
  if (!room.ok) return t.skip(room.says);
  const told: (readonly HostAddresses[])[] = [];
  const log: string[] = [];
  const names = new ProberNames({
    clock: systemClock,
    log: (says) => log.push(says),
    tell: (all) => told.push(all),
    command: () => room.value,
    rounds: SLOW,
  });
  try {
    names.asked(asked(names.handed(RULES), "localhost"));
    assert.ok(await until(() => told.length > 0), log.join("\n"));
    const [[localhost] = []] = told;
    assert.ok(
      localhost?.addresses.includes("127.0.0.1") || localhost?.addresses.includes("::1"),
      JSON.stringify([told, log]),
    );
  } finally {
    names.stop();
  }
});
