import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decision, Reverted } from "../core/action.ts";
import { FakeClock } from "../core/clock.ts";
import type { ActionNews } from "../core/output-record.ts";
import { ActionNewsDesk } from "./action-news.ts";

const DECISION: Decision = {
  proposal: "p-1",
  action: "a-1",
  outcome: "applied",
  kind: "freeze",
  cgroup: "/x",
  from: "0",
  to: "1",
  untilMs: 9,
  code: "",
  says: "/x is frozen",
};
const ASKED = { agent: "responder", reason: "because", incident: "i-1" };
const REVERTED: Reverted = { action: "a-1", cause: "undo", written: true, says: "undone" };

function world(): { desk: ActionNewsDesk; told: ActionNews[] } {
  const told: ActionNews[] = [];
  return { desk: new ActionNewsDesk(new FakeClock(), (news) => void told.push(news)), told };
}

test("what is applied is told with who asked and why, and so is its end", () => {
  const { desk, told } = world();
  desk.decided(DECISION, ASKED);
  desk.decided({ ...DECISION, outcome: "renewed" }, ASKED);
  desk.reverted(REVERTED);
  assert.deepEqual(
    told.map(({ id, change, kind, cgroup, agent, incident, cause }) => [
      id,
      change,
      kind,
      cgroup,
      agent,
      incident,
      cause,
    ]),
    [
      ["a-1:applied", "applied", "freeze", "/x", "responder", "i-1", undefined],
      ["a-1:ended", "ended", "freeze", "/x", "responder", "i-1", "undo"],
    ],
  );
});

test("what waits for a person is told once, what was only observed or refused is not", () => {
  const { desk, told } = world();
  const waiting: Decision = { ...DECISION, outcome: "advised", action: "", approval: "r-1" };
  for (let count = 0; count < 3; count++) desk.decided(waiting, ASKED);
  desk.decided({ ...DECISION, outcome: "observed" }, ASKED);
  desk.decided({ ...DECISION, outcome: "refused", code: "SW-GUARD-SCOPE" }, ASKED);
  assert.deepEqual(
    told.map(({ id, change }) => [id, change]),
    [["r-1:waiting", "waiting"]],
  );
});

test("the end of a change of an earlier run is told, though nothing else is known of it; texts are printable", () => {
  const { desk, told } = world();
  desk.reverted({ ...REVERTED, cause: "recovery" });
  assert.deepEqual([told[0]?.kind, told[0]?.cause], ["", "recovery"]);
  desk.decided({ ...DECISION, cgroup: "/x\u001b[2J" }, { ...ASKED, reason: "\u202e" });
  assert.deepEqual([told[1]?.cgroup, told[1]?.reason], ["/x\\x1b[2J", "\\u{202e}"]);
});
