import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_CONTACTS, FirstContacts } from "./first-contacts.ts";

const BOTH = { port: true, host: true };

function walked(outcomes: string): boolean {
  const contacts = new FirstContacts(0);
  [...outcomes].forEach((outcome, at) => {
    contacts.ask("10.0.0.1", at, BOTH, at);
    if (outcome !== "?") contacts.outcome("10.0.0.1", at, outcome === "+");
  });
  return contacts.isScanner;
}

test("the sequential test takes four failures in a row, and an answer takes one of them back", () => {
  assert.equal(walked("---"), false);
  assert.equal(walked("----"), true);
  assert.equal(walked("-+-+-+-+-+-+-+-+"), false);
  assert.equal(walked("+----"), false);
  assert.equal(walked("+-----"), true);
  // Answered to the other verdict, the walk begins anew: no stock of answers is laid in.
  assert.equal(walked("++++++++++++----"), true);
});

test("outcomes that are not known say nothing, and a second one of the same contact neither", () => {
  assert.equal(walked("????????????????"), false);
  const contacts = new FirstContacts(0);
  contacts.ask("10.0.0.1", 80, BOTH, 0);
  for (let i = 0; i < 10; i++) contacts.outcome("10.0.0.1", 80, false);
  contacts.outcome("10.0.0.2", 80, false);
  assert.equal(contacts.failed, 1);
  assert.equal(contacts.isScanner, false);
});

test("what was asked for in the window before is no first contact; the endpoints of one are bounded", () => {
  const contacts = new FirstContacts(0);
  for (let port = 1; port <= 1000; port++) contacts.ask("10.0.0.1", port, BOTH, 0);
  assert.equal(contacts.size, FIRST_CONTACTS.endpoints);
  assert.deepEqual(contacts.mostPorts, { host: "10.0.0.1", count: FIRST_CONTACTS.endpoints });
  const later = FIRST_CONTACTS.windowMs;
  contacts.ask("10.0.0.1", 7, BOTH, later);
  assert.equal(contacts.size, 0);
  contacts.ask("10.0.0.2", 7, BOTH, later);
  assert.deepEqual(contacts.mostHosts, { port: 7, count: 1 });
});
