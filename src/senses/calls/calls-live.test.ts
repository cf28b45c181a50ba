import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { staticProgram } from "../static-program.fixture.ts";
import { argumentFor, CALLER } from "./caller.fixture.ts";
import { DEEDS } from "./deeds.fixture.ts";
import { cannotSense, LiveCalls } from "./live.fixture.ts";
import { NARROW, URING } from "./entry-scenarios.fixture.ts";
import { FILES } from "./file-scenarios.fixture.ts";
import { NETWORK } from "./network-scenarios.fixture.ts";
import { PRIVILEGE } from "./privilege-scenarios.fixture.ts";
import type { Scenario } from "./scenario.fixture.ts";

/** Loads and compiles, and gives `look` what it needs; skips where that cannot be. */
function running(
  t: TestContext,
  look: (given: { readonly live: LiveCalls; readonly program: string }) => void,
  ringBytes?: number,
): void {
  const reason = cannotSense();
  if (reason !== undefined) return t.skip(reason);
  const program = staticProgram(CALLER);
  if (program === undefined) return t.skip("needs a C compiler and a static libc");
  const live = new LiveCalls(ringBytes);
  try {
    look({ live, program });
  } finally {
    live.close();
  }
}

/** Runs each scenario; every event of the kinds that it names must be there, and no other. */
function holds(t: TestContext, scenarios: readonly Scenario[]): void {
  running(t, ({ live, program }) => {
    const failures: string[] = [];
    for (const scenario of scenarios) {
      const { here, events } = live.run(program, scenario);
      const expected = scenario.told.map((told) => inPlace(told, here));
      try {
        assert.equal(events.length, expected.length, "as many events");
        for (const [index, told] of expected.entries())
          assert.partialDeepStrictEqual(onlyAsked(events[index], told), told);
      } catch (error) {
        failures.push(`${scenario.does}\n${String(error)}\n${JSON.stringify(events)}`);
      }
    }
    assert.deepEqual(failures, []);
  });
}

function uringIsOff(): boolean {
  try {
    return readFileSync("/proc/sys/kernel/io_uring_disabled", "utf8").trim() === "2";
  } catch {
    return false;
  }
}

/** Puts the folder's real path for HERE. */
function inPlace<T>(told: T, here: string): T {
  return JSON.parse(
    JSON.stringify(told, (_, value: unknown) => (value === undefined ? null : value)).replaceAll("HERE", here),
  ) as T;
}

/** Arguments that are not asked for (null) are taken out of what was told. */
function onlyAsked(event: unknown, told: { readonly args?: unknown }): unknown {
  if (!(event instanceof Object) || !("args" in event) || !Array.isArray(told.args)) return event;
  const asked: unknown[] = told.args;
  return { ...event, args: (event.args as unknown[]).map((value, at) => (asked[at] === null ? null : value)) };
}

test("files: each call is told with its result, paths as typed, and where the kernel says it is", (t) =>
  holds(t, FILES));
test("network: each call is told with the address given and the socket's own addresses", (t) =>
  holds(t, existsSync("/proc/net/if_inet6") ? NETWORK : NETWORK.filter(({ does }) => !does.includes("AF_INET6"))));
test("privilege: each call is told with its arguments and result", (t) => holds(t, PRIVILEGE));
test("the 32-bit entry of the kernel is no way around", (t) => {
  if (process.arch !== "x64") return t.skip("needs x86-64");
  holds(t, NARROW);
});
test("requests to an io_uring are told with the paths and addresses that the kernel copied", (t) => {
  if (uringIsOff()) return t.skip("needs kernel.io_uring_disabled to be 0 or 1");
  holds(t, URING);
});

test("identical opens within a second are counted, and the next one told says how many", (t) => {
  running(t, ({ live, program }) => {
    const before = live.sense.merged();
    const { events } = live.run(program, {
      does: DEEDS.opensAgain,
      told: [{ kind: "open.read" }, { kind: "open.write" }, { kind: "open.failed" }],
    });
    assert.deepEqual(
      events.map((event) => "repeats" in event && [event.kind, event.path, event.repeats]),
      [
        ["open.read", "file", 0],
        ["open.write", "file", 0],
        // What is opened in another way is no repeat: first to write, then to empty it.
        ["open.write", "file", 0],
        ["open.write", "file", 0],
        ["open.failed", "none", 0],
        ["open.failed", "none2", 0],
        ["open.read", "file", 49],
        ["open.failed", "none", 8],
      ],
    );
    const after = live.sense.merged();
    assert.ok((after["open.read"] ?? 0) - (before["open.read"] ?? 0) >= 49);
    assert.ok((after["open.failed"] ?? 0) - (before["open.failed"] ?? 0) >= 8);
  });
});

test("the same open by another program, or in another lineage, is told", (t) => {
  running(t, ({ live, program }) => {
    const twin = live.copy(program, "twin");
    live.sense.want(["open.read"]);
    live.take();
    const opens = argumentFor(DEEDS.opensHostname);
    for (const path of [program, program, twin]) spawnSync(path, [opens], { timeout: 20_000 });
    spawnSync(program, [argumentFor(DEEDS.runsShell), `exec ${program} ${opens}`], { timeout: 20_000 });
    const told = live.take().events.filter((event) => "path" in event && event.path === "/etc/hostname");
    assert.deepEqual(
      told.map(({ comm }) => comm),
      ["caller", "twin", "caller"],
    );
  });
});

test("writes, bytes and truncations of a process are counted for regular files only, and taken once", (t) => {
  running(t, ({ live, program }) => {
    mkdirSync(join(live.folder, "w"));
    writeFileSync(join(live.folder, "w", "file"), "1234567");
    live.sense.want(["writes"]);
    const { pid } = spawnSync(program, [argumentFor(DEEDS.writes)], { cwd: join(live.folder, "w"), timeout: 20_000 });
    const mine = live.sense.writes().filter((count) => count.pid === pid);
    assert.deepEqual(
      mine.map(({ comm, calls, bytes, truncations }) => [comm, calls, bytes, truncations]),
      [["caller", 6, 5 + 2 + 3 + 3 + 3 + 2, 3]],
    );
    assert.deepEqual(
      live.sense.writes().filter((count) => count.pid === pid),
      [],
    );
    assert.deepEqual(live.take().events, []);
  });
});

test("of what is written a sample tells chance from text, and from what is too short to tell", (t) => {
  running(t, ({ live }) => {
    live.sense.want(["writes"]);
    const text = join(live.folder, "text");
    writeFileSync(text, "A line of an ordinary text, as people write it, with its full stop.\n".repeat(2000));
    const sampledOf = (from: string, block: number): readonly number[] => {
      const to = join(live.folder, "copy");
      const { pid } = spawnSync("dd", [`if=${from}`, `of=${to}`, `bs=${block}`, "count=24"], { timeout: 20_000 });
      const mine = live.sense.writes().filter((count) => count.pid === pid);
      return mine.flatMap(({ calls, sampled, random }) => [calls, sampled, random]);
    };
    // 64 bytes of chance have fewer than 49 different ones once in 3,000 samples.
    const [calls, sampled, random = 0] = sampledOf("/dev/urandom", 4096);
    assert.deepEqual([calls, sampled], [24, 24]);
    assert.ok(random >= 22, String(random));
    assert.deepEqual(sampledOf(text, 4096), [24, 24, 0]);
    assert.deepEqual(sampledOf("/dev/urandom", 48), [24, 0, 0]);
  });
});

test("nothing is attached that nobody wants, and nothing is told that is not wanted", (t) => {
  running(t, ({ live, program }) => {
    assert.deepEqual(live.sense.attached(), []);
    live.sense.want(["capset"]);
    assert.deepEqual(live.sense.attached(), ["on_sys_exit"]);
    spawnSync(program, [argumentFor(DEEDS.unlinksAndOpens)], { timeout: 20_000 });
    live.sense.want(["unlink"]);
    assert.ok(live.sense.attached().some((name) => name.startsWith("on_uring")));
    live.take();
    const { pid } = spawnSync(program, [argumentFor(DEEDS.unlinksAndOpens)], { timeout: 20_000 });
    const told = live.take().events.filter(({ process: it }) => it.pid === pid);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ["unlink"],
    );
    live.sense.want([]);
    assert.deepEqual(live.sense.attached(), []);
    live.sense.close();
    assert.deepEqual(live.sense.attached(), []);
    assert.ok((live.sense.counts().unlink ?? 0) >= 1);
    live.sense.want(["unlink"]);
    live.sense.close();
  });
});

test("over-long paths are cut, at the end as typed and at the front where they are", (t) => {
  running(t, ({ live, program }) => {
    const { events } = live.run(program, { does: DEEDS.goesDeep, told: [{ kind: "open.write" }, { kind: "unlink" }] });
    const [made, gone] = events;
    assert.ok(made?.kind === "open.write" && gone?.kind === "unlink");
    assert.deepEqual([made.path.length, gone.path.length, gone.result], [511, 511, 0]);
    assert.match(made.fd?.path ?? "", /^\.\.\.\/d{200}\/d{200}\/leaf$/);
  });
});

test("a full ring loses what is counted as lost, and nothing else", (t) => {
  running(
    t,
    ({ live, program }) => {
      live.sense.want(["unlink"]);
      live.take();
      const before = [live.sense.counts().unlink ?? 0, live.sense.lost().unlink ?? 0] as const;
      spawnSync(program, [argumentFor(DEEDS.unlinksOften)], { timeout: 20_000 });
      live.sense.want([]);
      const { events, damaged } = live.take();
      const made = (live.sense.counts().unlink ?? 0) - before[0];
      const lost = (live.sense.lost().unlink ?? 0) - before[1];
      assert.ok(made >= 3000 && lost > 0);
      assert.deepEqual([events.length, damaged], [made - lost, 0]);
    },
    1 << 16,
  );
});

test("the file told is the one that was opened, whatever another thread writes over the path", (t) => {
  running(t, ({ live, program }) => {
    for (const folder of ["a", "b"]) {
      mkdirSync(join(live.folder, folder));
      for (let file = 0; file < 400; file++) writeFileSync(join(live.folder, folder, String(file)), "");
    }
    live.sense.want(["open.read"]);
    live.take();
    const { pid, stdout } = spawnSync(program, [argumentFor(DEEDS.opensWhileChanging)], {
      cwd: live.folder,
      encoding: "utf8",
      timeout: 20_000,
    });
    const opened = stdout.trim().split(" ").map(Number);
    const told = live.take().events.filter((event) => event.kind === "open.read" && event.process.pid === pid);
    assert.deepEqual(
      told.map((event) => "fd" in event && event.fd?.file.ino),
      opened,
    );
    for (const event of told) if ("fd" in event) assert.equal(statSync(event.fd?.path ?? "").ino, event.fd?.file.ino);
  });
});
