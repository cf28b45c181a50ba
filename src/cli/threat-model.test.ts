import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Feature } from "../kernel/feature.ts";
import { type BlindSpot, blindSpots } from "../senses/calls/blind-spots.ts";

const FILE = fileURLToPath(new URL("../../docs/threat-model.md", import.meta.url));

const TRACEPOINTS: Feature = {
  name: "ebpf.tp_btf",
  area: "events",
  available: true,
  found: "",
  lost: "",
  needs: "",
};

/** Blind spots of every kind of host there is, whichever this one is. */
const hosts = ["x64", "arm64"].flatMap((arch) =>
  ["", "btf_trace_io_uring_submit_req\0"].map((btf) => blindSpots([TRACEPOINTS], { arch, btf: Buffer.from(btf) })),
);
const without = blindSpots([], { arch: "x64", btf: Buffer.alloc(0) });
const every = [...new Map([...hosts, without].flat().map((spot) => [spot.what, spot])).values()];
const always = every.filter(({ what }) => hosts.every((spots) => spots.some((spot) => spot.what === what)));
const byHost = every.filter((spot) => !always.includes(spot));

function listed(spots: readonly BlindSpot[]): string {
  return spots.map(({ what, why, instead }) => `- **${what}**: ${why}. Instead: ${instead}.\n`).join("");
}

/** The document with its lists as the table has them. */
function generated(text: string): string {
  return Object.entries({ always, "by host": byHost }).reduce((document, [name, spots]) => {
    const begin = `<!-- blind spots: ${name} -->\n`;
    const from = document.indexOf(begin);
    assert.ok(from >= 0, begin);
    const at = from + begin.length;
    return `${document.slice(0, at)}${listed(spots)}${document.slice(document.indexOf("<!-- end -->", at))}`;
  }, text);
}

test("the threat model lists the blind spots that doctor knows (SWARMS_DOCS=write writes them)", () => {
  const text = readFileSync(FILE, "utf8");
  const should = generated(text);
  if (process.env["SWARMS_DOCS"] === "write") writeFileSync(FILE, should);
  assert.equal(readFileSync(FILE, "utf8"), should);
});
