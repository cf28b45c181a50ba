import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { cannotSense, compile, LiveCalls } from "./live.fixture.ts";
import { FILES, NARROW, NETWORK, PRIVILEGE, type Scenario } from "./scenarios.fixture.ts";

/** Gives the scenarios of a group to the kernel, and every event of the kinds named back. */
function holds(t: TestContext, scenarios: readonly Scenario[]): void {
  const reason = cannotSense();
  if (reason !== undefined) return t.skip(reason);
  const live = new LiveCalls();
  try {
    const program = compile(live.folder, scenarios);
    if (program === undefined) return t.skip("needs a C compiler and a static libc");
    const failures: string[] = [];
    for (const [at, scenario] of scenarios.entries()) {
      const { here, events } = live.run(program, at, scenario);
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
    assert.deepEqual(Object.values(live.sense.lost()).filter(Boolean), []);
  } finally {
    live.close();
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
test("network: each call is told with the address given and the socket's own addresses", (t) => holds(t, NETWORK));
test("privilege: each call is told with its arguments and result", (t) => holds(t, PRIVILEGE));
test("the 32-bit entry of the kernel is no way around", (t) => {
  if (process.arch !== "x64") return t.skip("needs x86-64");
  holds(t, NARROW);
});
