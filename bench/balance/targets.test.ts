import assert from "node:assert/strict";
import { test } from "node:test";
import { targetOf, targetWords } from "./targets.ts";

test("a target is twice what the service has in its median second alone, and never below what its clients declared", () => {
  assert.equal(targetOf([9000, 4400, 3900], 3), 8.8);
  assert.equal(targetOf([1000, 1100, 900], 3), 3);
  assert.equal(targetOf([], 3), 3);
});

test("beside the targets stands how often the services miss them alone, all of them together", () => {
  const service = (group: string, secondsP99Us: number[]) => ({
    group,
    secondsP99Us,
    p50Us: 0,
    p99Us: 0,
    p999Us: 0,
    requests: 0,
  });
  const alone = {
    seconds: 4,
    services: [service("redis", [900, 3100, 900, 900]), service("nginx", [4000, 4000, 5100, 4000])],
    jobs: [],
  };
  const targets = [
    { group: "redis", targetMs: 3 },
    { group: "nginx", targetMs: 5 },
  ];
  assert.match(
    targetWords(targets, alone),
    /redis 3 ms, nginx 5 ms .*; alone, every target was met in 2 of 4 seconds$/,
  );
});
