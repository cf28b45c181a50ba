import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { parseDestination } from "../core/destination.ts";
import type { NetPolicy } from "./host-access.ts";
import { BpfNetDenial } from "./net-deny.ts";
import { v2Group, type V2Group } from "./v2-group.fixture.ts";

const PROGRAM = fileURLToPath(new URL("net-deny.fixture.ts", import.meta.url));
/** Reserved for documentation (RFC 5737, RFC 3849): nobody is there. */
const ELSEWHERE = "192.0.2.1";
const ELSEWHERE6 = "2001:db8::1";

interface Site {
  readonly group: V2Group;
  readonly port: number;
  readonly denial: BpfNetDenial;
  ask(what: "connect" | "send" | "ping" | "hold" | "say" | "heard", host?: string, port?: number): Promise<unknown>;
}

/** A program in a group of its own, and an echoing server outside it. */
async function site(t: TestContext): Promise<Site | undefined> {
  const group = v2Group(t);
  if (group === undefined) return undefined;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
    t.after(() => socket.destroy());
  });
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const child = group.start(process.execPath, [PROGRAM]);
  await once(child, "message");
  const denial = new BpfNetDenial();
  t.after(() => denial.allow(group.id));
  return {
    group,
    port,
    denial,
    ask: async (what, host = "127.0.0.1", at = port) => {
      const answer = once(child, "message");
      child.send({ do: what, host, port: at });
      return ((await answer) as unknown[])[0];
    },
  };
}

function deny({ denial, group }: Site, policy: NetPolicy): void {
  const done = denial.deny(group.id, group.dir, policy);
  assert.ok(done.ok, done.ok ? "" : done.says);
  assert.deepEqual(denial.policyOf(group.id), policy);
}

test("all: connects and datagrams are refused with EPERM, IPv6 and loopback too, and only in the group", async (t) => {
  const at = await site(t);
  if (at === undefined) return;
  assert.equal(await at.ask("connect"), "connected");
  deny(at, { mode: "all" });
  for (const [what, host] of [
    ["connect", "127.0.0.1"],
    ["connect", ELSEWHERE],
    ["connect", ELSEWHERE6],
    ["connect", "::ffff:127.0.0.1"],
    ["send", "127.0.0.1"],
    ["send", ELSEWHERE6],
  ] as const)
    assert.equal(await at.ask(what, host, 9), "EPERM", `${what} ${host}`);
  const neighbour = v2Group(t);
  const other = neighbour?.start(process.execPath, [PROGRAM]);
  await once(other ?? process, "message");
  other?.send({ do: "connect", host: "127.0.0.1", port: at.port });
  assert.equal(((await once(other ?? process, "message")) as unknown[])[0], "connected");
});

test("all: a connection that was open before is cut, and goes on once the cut ends", async (t) => {
  const at = await site(t);
  if (at === undefined) return;
  assert.equal(await at.ask("connect"), "connected");
  assert.equal(await at.ask("ping"), "answered");
  deny(at, { mode: "all" });
  assert.equal(await at.ask("ping"), "silence");
  at.denial.allow(at.group.id);
  assert.equal(at.denial.policyOf(at.group.id), undefined);
  assert.equal(await at.ask("connect"), "connected");
  assert.equal(await at.ask("ping"), "answered");
});

test("all: on a datagram socket that was connected before, nothing goes out and nothing comes in", async (t) => {
  const at = await site(t);
  if (at === undefined) return;
  const outside = createSocket("udp4").bind(0, "127.0.0.1");
  t.after(() => outside.close());
  await once(outside, "listening");
  const inside = Number(await at.ask("hold", "127.0.0.1", outside.address().port));
  const tell = (): Promise<void> => new Promise((resolve) => outside.send("x", inside, "127.0.0.1", () => resolve()));
  // Its question may be read before the datagram that came first.
  const heardBy = async (count: string): Promise<unknown> => {
    for (let tries = 0; tries < 500 && (await at.ask("heard")) !== count; tries++) await pause(10);
    return at.ask("heard");
  };
  const heard = once(outside, "message");
  assert.equal(await at.ask("say"), "sent");
  await heard;
  await tell();
  assert.equal(await heardBy("1"), "1");
  deny(at, { mode: "all" });
  assert.equal(await at.ask("say"), "EPERM");
  await tell();
  assert.equal(await at.ask("heard"), "1");
  at.denial.allow(at.group.id);
  await tell();
  assert.equal(await heardBy("2"), "2");
});

test("all but loopback: 127/8 answers, everywhere else is refused", async (t) => {
  const at = await site(t);
  if (at === undefined) return;
  deny(at, { mode: "all but loopback" });
  assert.equal(await at.ask("connect"), "connected");
  assert.equal(await at.ask("ping"), "answered");
  assert.equal(await at.ask("send", "::1", 9), "sent");
  for (const host of [ELSEWHERE, ELSEWHERE6, "::ffff:192.0.2.1"])
    assert.equal(await at.ask("connect", host, 9), "EPERM", host);
});

test("allow-list: networks and ports as listed, the rest is refused, and a new list takes over without a gap", async (t) => {
  const at = await site(t);
  if (at === undefined) return;
  const listed = (...texts: string[]): NetPolicy => {
    const allow = texts.flatMap((text) => parseDestination(text) ?? []);
    assert.equal(allow.length, texts.length);
    return { mode: "allow-list", allow, texts };
  };
  deny(at, listed(`127.0.0.0/8:${at.port}`, "[2001:db8::/32]:9", "198.51.100.0/24"));
  assert.equal(await at.ask("connect"), "connected", "the port listed");
  assert.equal(await at.ask("connect", "127.0.0.1", at.port === 9 ? 8 : 9), "EPERM", "another port");
  assert.notEqual(await at.ask("connect", ELSEWHERE6, 9), "EPERM");
  assert.equal(await at.ask("connect", ELSEWHERE6, 10), "EPERM");
  assert.equal(await at.ask("connect", ELSEWHERE, 9), "EPERM");
  assert.notEqual(await at.ask("connect", "198.51.100.255", 10), "EPERM");
  deny(at, listed("192.0.2.0/24"));
  assert.equal(await at.ask("connect"), "EPERM");
  assert.notEqual(await at.ask("connect", ELSEWHERE, 9), "EPERM");
});

test("what goes with its group is not said to hold", (t) => {
  const group = v2Group(t);
  if (group === undefined) return;
  const denial = new BpfNetDenial();
  assert.equal(denial.deny(group.id, `${group.dir}-none`, { mode: "all" }).ok, false);
  assert.equal(denial.policyOf(group.id), undefined);
});
