import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openDatagramSender } from "../kernel/datagram.ts";
import { datagramSocket } from "../kernel/datagram.fixture.ts";
import { DatagramCarrier } from "./datagram.ts";
import type { OutputLine } from "./line.ts";

/** The host's log, as far as its socket goes. */
function log(t: TestContext): { path: string; open(): { read(): string | undefined; close(): void } } {
  const folder = mkdtempSync(join(tmpdir(), "swarms-log-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const path = join(folder, "socket");
  return { path, open: () => datagramSocket(path) };
}

function carrier(t: TestContext, to: "syslog" | "journal", path: string): DatagramCarrier {
  const sender = openDatagramSender();
  t.after(() => sender.close());
  const wallMs = (): number => new Date(2026, 10, 3, 4, 5, 6).getTime();
  return new DatagramCarrier({ name: "log", to, path, pid: 77, wallMs, send: (at, bytes) => sender.send(at, bytes) });
}

const line: OutputLine = { id: "i-1:o2", priority: "error", text: '{"a":1}' };

test("syslog is told facility, severity, time, name and pid, as syslog(3) writes them", (t) => {
  const { path, open } = log(t);
  const socket = open();
  carrier(t, "syslog", path).carry(line);
  assert.equal(socket.read(), '<83>Nov  3 04:05:06 swarms[77]: {"a":1}');
  socket.close();
});

test("the journal is told fields, the id among them", (t) => {
  const { path, open } = log(t);
  const socket = open();
  carrier(t, "journal", path).carry(line);
  const fields = 'MESSAGE={"a":1}\nPRIORITY=3\nSYSLOG_IDENTIFIER=swarms\nSYSLOG_FACILITY=10\nSWARMS_ID=i-1:o2\n';
  assert.equal(socket.read(), fields);
  socket.close();
});

test("a log that is not there, or does not read, makes lines wait; they come in order when it does", (t) => {
  const { path, open } = log(t);
  const to = carrier(t, "syslog", path);
  to.carry({ ...line, text: "0" });
  assert.match(to.status().trouble ?? "", /there is no such socket/);
  const socket = open();
  for (let count = 1; count < 400; count++) to.carry({ ...line, text: String(count) });
  assert.match(to.status().trouble ?? "", /nobody reads it/);
  const got: number[] = [];
  for (let text = socket.read(); text !== undefined; text = socket.read()) {
    got.push(Number(text.split(": ")[1]));
    to.turn();
  }
  assert.deepEqual(
    got,
    Array.from({ length: 400 }, (_, index) => index),
  );
  assert.deepEqual([to.status().waiting, to.status().dropped, to.status().delivered], [0, 0, 400]);
  socket.close();
});
