import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProberAnswer } from "../core/wire/prober.ts";
import { lookUp, type Resolve } from "./look-up.ts";

async function answers(
  names: readonly string[],
  resolve: Resolve,
  timeoutMs?: number,
): Promise<readonly ProberAnswer[]> {
  const told: ProberAnswer[] = [];
  await lookUp(names, resolve, (answer) => told.push(answer), timeoutMs);
  return told;
}

test("each name is answered for once: with addresses, with why there are none, and what never answers in its time", async () => {
  const table: Readonly<Record<string, readonly string[]>> = {
    "a.example": ["203.0.113.9", "2001:db8::1", "203.0.113.9", "fe80::1%eth0", "nonsense"],
    "many.example": Array.from({ length: 100 }, (_, at) => `10.0.0.${at}`),
  };
  const resolve: Resolve = async (name) => {
    if (name === "never.example") return new Promise(() => undefined);
    if (name === "odd.example") throw new Error("no code");
    if (name === "worse.example")
      throw Object.assign(new Error(), { code: "a sentence, such as nobody should believe" });
    const found = table[name];
    if (found === undefined) throw Object.assign(new Error("none"), { code: "ENOTFOUND" });
    return found;
  };
  const names = ["never.example", "a.example", "many.example", "none.example", "odd.example", "worse.example"];
  const told = new Map((await answers(names, resolve, 50)).map((answer) => [answer.name, answer]));
  assert.equal(told.size, names.length);
  assert.deepEqual(told.get("a.example"), { name: "a.example", addresses: ["203.0.113.9", "2001:db8::1"] });
  assert.equal(told.get("many.example")?.addresses.length, 64);
  assert.equal(told.get("none.example")?.fault, "ENOTFOUND");
  assert.equal(told.get("never.example")?.fault, "ETIMEDOUT");
  assert.equal(told.get("odd.example")?.fault, "EFAULT");
  assert.equal(told.get("worse.example")?.fault, "EFAULT");
});

test("no more than four are asked for at once", async () => {
  let [now, most] = [0, 0];
  const resolve: Resolve = async () => {
    most = Math.max(most, ++now);
    await new Promise((done) => setImmediate(done));
    now--;
    return ["192.0.2.1"];
  };
  const names = Array.from({ length: 50 }, (_, at) => `h${at}.example`);
  assert.equal((await answers(names, resolve)).length, 50);
  assert.equal(most, 4);
});
