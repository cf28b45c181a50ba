import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Asked, Gate, strange } from "./gate.ts";

const PLAIN: Asked = { method: "GET", host: "127.0.0.1:4780", origin: undefined, cookie: undefined, site: undefined };

test("only a loopback name is a host here, with any port: another name may point here too", () => {
  for (const host of ["127.0.0.1", "127.0.0.1:4780", "localhost:9", "[::1]:4780"])
    assert.equal(strange({ ...PLAIN, host }), undefined, host);
  const others = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:4780", "0.0.0.0:4780", "127.0.0.2"];
  for (const host of [...others, "localhost@evil", "127.0.0.1:4780, x", "", undefined])
    assert.equal(strange({ ...PLAIN, host }), "host", String(host));
});

test("what changes something comes from this page and no other: the same name and port, and no frame of another site", () => {
  const post = { ...PLAIN, method: "POST" };
  assert.equal(strange({ ...post, origin: "http://127.0.0.1:4780" }), undefined);
  for (const origin of [undefined, "null", "http://127.0.0.1:4781", "https://127.0.0.1:4780", "http://evil.example"])
    assert.equal(strange({ ...post, origin }), "origin", String(origin));
  assert.equal(strange({ ...post, origin: "http://127.0.0.1:4780", site: "cross-site" }), "origin");
  assert.equal(strange({ ...PLAIN, origin: "http://evil.example" }), "origin", "reading from another page too");
});

test("the token opens, nothing else does, and the cookie is no token", () => {
  const gate = new Gate(4780);
  const cookie = gate.open(gate.token) ?? "";
  assert.match(cookie, /^swarms-4780=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  const [pair = ""] = cookie.split(";");
  assert.equal(gate.refusal({ ...PLAIN, cookie: `theme=dark; ${pair}` }), undefined);
  assert.equal(gate.open(pair.split("=")[1] ?? ""), undefined);
  for (const sent of [
    undefined,
    "",
    `swarms-4780=${gate.token}`,
    pair.slice(0, -1),
    `x${pair}`,
    pair.replace("4780", "1"),
  ])
    assert.equal(gate.refusal({ ...PLAIN, ...(sent !== undefined && { cookie: sent }) }), "token", String(sent));
  assert.equal(new Gate(4780).refusal({ ...PLAIN, cookie: pair }), "token", "of another run");
});

test("no other text is a token", () => {
  const gate = new Gate(4780);
  fc.assert(fc.property(fc.string(), (text) => gate.open(text) === undefined || text === gate.token));
});
