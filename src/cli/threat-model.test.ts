import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import type { Feature } from "../kernel/feature.ts";
import { probeFeatures } from "../kernel/features.ts";
import { type BlindSpot, blindSpots } from "../senses/calls/blind-spots.ts";

const FILE = fileURLToPath(new URL("../../docs/threat-model.md", import.meta.url));

/** Every feature there is, on a host that has all of them or none. */
function featuresOf(available: boolean): Feature[] {
  return probeFeatures({ more: probeBpfFeatures() }).map((feature) => ({ ...feature, available, found: "" }));
}

const always = blindSpots(featuresOf(true));
const byHost = blindSpots(featuresOf(false)).filter(({ what }) => !always.some((spot) => spot.what === what));

function listed(spots: readonly BlindSpot[]): string {
  return spots.map(({ what, why, instead }) => `- **${what}** ${why} *${instead}*\n`).join("");
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
