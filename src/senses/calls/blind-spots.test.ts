import assert from "node:assert/strict";
import { test } from "node:test";
import type { Feature } from "../../kernel/feature.ts";
import { blindSpots } from "./blind-spots.ts";
import { CALL_TABLE } from "./call-table.ts";

const feature = (available: boolean): Feature[] => [
  { name: "ebpf.tp_btf", area: "events", available, found: "", lost: "", needs: "" },
];
const NEW = Buffer.from("\0btf_trace_io_uring_submit_req\0");
const OLD = Buffer.from("\0btf_trace_io_uring_submit_reqx\0");
const what = (spots: readonly { readonly what: string }[]): string => spots.map((spot) => spot.what).join("\n");

test("without tracepoints every call is one", () => {
  const spots = blindSpots(feature(false), { btf: NEW });
  for (const { call, kind } of CALL_TABLE)
    if (kind !== "writes") assert.match(what(spots), new RegExp(`\\b${call}\\b`));
});

test("requests to an io_uring are one where the kernel has no tracepoint for them, else only their results", () => {
  const without = blindSpots(feature(true), { btf: OLD });
  assert.ok(without.some((spot) => /^openat, .*by an io_uring$/.test(spot.what)));
  const having = blindSpots(feature(true), { btf: NEW });
  assert.ok(!having.some((spot) => /^openat, .*by an io_uring$/.test(spot.what)));
  assert.ok(having.some((spot) => /^the result of openat, .*io_uring/.test(spot.what)));
});

test("32-bit programs are one on arm64 only", () => {
  const at = (arch: string): boolean =>
    blindSpots(feature(true), { btf: NEW, arch }).some((spot) => spot.what.includes("32-bit"));
  assert.deepEqual([at("arm64"), at("x64")], [true, false]);
});

test("each says what, why and what is seen instead", () => {
  for (const spot of blindSpots(feature(true)))
    for (const text of Object.values(spot)) assert.ok(text.length > 10, text);
});
