import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { assertApplied, assertRefused, configOf, ENFORCE, proposal } from "./guard.fixture.ts";
import { Guard } from "./guard.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { type LiveGroup, liveGroup } from "./live.fixture.ts";

interface Remade extends LiveGroup {
  readonly guard: Guard;
  readonly journal: Journal;
  /** An empty group below the test's own, and what removes it and makes another under its name. */
  readonly empty: string;
  remake(): void;
  frozen(): string;
}

async function remade(t: TestContext): Promise<Remade | undefined> {
  const live = await liveGroup(t);
  if (live === undefined) return undefined;
  const { fs, cgroup } = live;
  const root = mkdtempSync(join(tmpdir(), "swarms-live-"));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  const clock = new FakeClock();
  const opened = openJournal(join(root, "journal"), { clock });
  assert.ok(opened.ok, opened.ok ? "" : opened.says);
  const journal = opened.value;
  const config = configOf({ ...ENFORCE, scope: [cgroup] });
  const guard = new Guard({ config, fs, procRoot: "/proc", clock, journal, self: { pids: () => [] } });
  const empty = `${cgroup}/empty`;
  const dir = join(fs.dir("freezer", cgroup) ?? "", "empty");
  const remake = (): void => {
    rmdirSync(dir);
    mkdirSync(dir);
  };
  const frozen = (): string => {
    const raw = fs.read("freezer", empty, "cgroup.freeze");
    return raw.ok ? raw.value : raw.code;
  };
  return { ...live, guard, journal, empty, remake, frozen };
}

/** Runs with the empty group, which goes before the test's own does. */
async function withEmpty(t: TestContext, use: (live: Remade) => void): Promise<void> {
  const live = await remade(t);
  if (live === undefined) return;
  if (live.fs.hierarchy("freezer")?.version !== 2) return t.skip("needs cgroup v2's freezer");
  const dir = live.fs.dir("freezer", live.empty) ?? "";
  mkdirSync(dir);
  try {
    use(live);
  } finally {
    rmdirSync(dir);
  }
}

/** The function, before whose first call something happens. */
function after<A extends unknown[], R>(act: () => void, call: (...all: A) => R): (...all: A) => R {
  let armed = true;
  return (...all) => {
    if (armed) act();
    armed = false;
    return call(...all);
  };
}

test("on the kernel: a group made anew while its intent is written stays as it is", async (t) => {
  await withEmpty(t, ({ guard, journal, empty, remake, frozen }) => {
    const append = journal.append.bind(journal);
    journal.append = (type, body) => {
      if (type === "intent") remake();
      return append(type, body);
    };
    assertRefused(guard.decide(proposal("freeze", `w:${empty}`, 1)), "SW-GUARD-GONE");
    assert.deepEqual([frozen(), guard.leases()], ["0", []]);
  });
});

test("on the kernel: a group made anew just before the write stays as it is", async (t) => {
  await withEmpty(t, ({ guard, fs, empty, remake, frozen }) => {
    fs.write = after(remake, fs.write.bind(fs));
    assertRefused(guard.decide(proposal("freeze", `w:${empty}`, 1)), "SW-GUARD-GONE");
    assert.deepEqual([frozen(), guard.leases()], ["0", []]);
    assertApplied(guard.decide(proposal("freeze", `w:${empty}`, 1)));
    assert.equal(guard.revertAll("shutdown").length, 1);
  });
});

test("on the kernel: a group made anew, and frozen by somebody, just before its change is taken back stays frozen", async (t) => {
  await withEmpty(t, ({ guard, fs, empty, remake, frozen }) => {
    assertApplied(guard.decide(proposal("freeze", `w:${empty}`, 1)));
    const remakeFrozen = (): void => {
      remake();
      writeFileSync(join(fs.layout.v2 ?? "", empty, "cgroup.freeze"), "1");
    };
    fs.write = after(remakeFrozen, fs.write.bind(fs));
    const [reverted] = guard.revertAll("shutdown");
    assert.deepEqual([reverted?.written, frozen(), guard.leases()], [false, "1", []]);
  });
});
