import assert from "node:assert/strict";
import { test } from "node:test";
import { Requests } from "./requests.ts";

test("an answer finds its request; a late or foreign one finds nobody", async () => {
  const requests = new Requests();
  const sent: string[] = [];
  const first = requests.ask((id) => sent.push(id));
  const second = requests.ask((id) => sent.push(id));
  requests.take({ request: sent[1] ?? "", ok: true, code: "", says: "two" });
  requests.take({ request: sent[0] ?? "", ok: true, code: "", says: "one" });
  requests.take({ request: "r-99", ok: true, code: "", says: "nobody" });
  assert.equal((await first).says, "one");
  assert.equal((await second).says, "two");
});

test("a request without an answer ends by its time-out, and too many at once are refused", async () => {
  const requests = new Requests(20);
  const waiting = Array.from({ length: 64 }, () => requests.ask(() => undefined));
  const refused = await requests.ask(() => assert.fail("must not be sent"));
  assert.match(refused.says, /too many/);
  for (const answer of await Promise.all(waiting)) assert.equal(answer.code, "SW-NOT-RUNNING");
});
