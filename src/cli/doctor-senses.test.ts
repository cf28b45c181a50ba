import assert from "node:assert/strict";
import { test } from "node:test";
import { busyStatus, quietStatus } from "../api/status.fixture.ts";
import type { StatusDocument } from "../core/status.ts";
import { blindRows, senseRows, sensesOf } from "./doctor-senses.ts";
import { columnsOf } from "./view/columns.ts";
import type { Row } from "./view/row.ts";

const text = (rows: readonly Row[]): string => rows.map((row) => row.map((piece) => piece.text).join("")).join("\n");

const SPOT = {
  what: "Writes through a mapped file",
  why: "No call tells of them.",
  instead: "The open for writing is.",
};

test("what is watched, what is let be because nobody wants it, and what each sensor costs", () => {
  const shown = text(senseRows(busyStatus, busyStatus.sensors ?? [], 100));
  assert.match(shown, /what is watched now {2}10M of kernel memory, 2 % of a core in the kernel/);
  assert.match(shown, /watched +exec, fork, exit, connect, open\.write, bind\n/);
  assert.match(shown, /let be +name, exec\.failed, open\.read, [^]*not attached,\s+so\s+they\s+cost\s+nothing/);
  assert.match(shown, /ring +4M, 4 % full at most/);
  assert.match(shown, /lost +2 fork, 10 open\.write: the ring was full/);
  assert.match(shown, /merged +51k open\.write/);
  assert.match(shown, /events +2 programs, 8\.2M of kernel memory, 0\.2 % of a core/);
  assert.match(shown, /on_switch +id 44 +61k runs\/s of 180 ns {2}3 runs left out by the kernel/);
});

test("a layer that only samples procfs watches three kinds, and claims no cost that was not measured", () => {
  const status: StatusDocument = { ...quietStatus, events: { ...quietStatus.events, source: "procfs" } };
  const shown = text(senseRows(status, [], 80));
  assert.match(shown, /not measured/);
  assert.match(shown, /watched +exec, fork, exit\n/);
  assert.deepEqual(sensesOf(status).watched, ["exec", "fork", "exit"]);
  assert.equal(sensesOf(status).letBe["bind"], "a socket was bound to an address");
});

test("blind spots are told with the reason and what is seen instead, in any width", () => {
  const long = { ...SPOT, why: "because ".repeat(40) };
  for (const width of [40, 80, 120]) {
    for (const line of text(blindRows([SPOT, long], width)).split("\n")) assert.ok(columnsOf(line) <= width, line);
  }
  assert.match(
    text(blindRows([SPOT], 80)),
    /1 blind spot\n {2}Writes through a mapped file\n +No call tells of them\.\n +instead: The open/,
  );
  assert.deepEqual(blindRows([], 80), []);
});
