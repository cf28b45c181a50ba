import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Feature } from "../kernel/feature.ts";
import { KNOWN } from "../lab/attack/evasions/evasions.ts";
import { type BlindSpot, blindSpots } from "../senses/calls/blind-spots.ts";
import { CLAIMS } from "../warden/claims.ts";

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

const SRC = fileURLToPath(new URL("..", import.meta.url));

function listed(spots: readonly BlindSpot[]): string {
  return spots.map(({ what, why, instead }) => `- **${what}**: ${why}. Instead: ${instead}.\n`).join("");
}

const claimed = CLAIMS.map(({ about, says, otherwise }) => `- **${about}**: ${says}. Otherwise: ${otherwise}.\n`).join(
  "",
);
const evasions = KNOWN.map(
  ({ scenario, outcome, because }) =>
    `- **${outcome[0]?.toUpperCase()}${outcome.slice(1)}**: ${scenario.title} (\`${scenario.id}\`): ${because}.\n`,
).join("");
const LISTS = {
  evasions,
  claims: claimed,
  "blind spots: always": listed(always),
  "blind spots: by host": listed(byHost),
};

/** The document with its lists as the table has them. */
function generated(text: string): string {
  return Object.entries(LISTS).reduce((document, [name, list]) => {
    const begin = `<!-- ${name} -->\n`;
    const from = document.indexOf(begin);
    assert.ok(from >= 0, begin);
    const at = from + begin.length;
    return `${document.slice(0, at)}${list}${document.slice(document.indexOf("<!-- end -->", at))}`;
  }, text);
}

test("the threat model lists the blind spots and the claims that doctor knows, and the evasions that the lab plays (SWARMS_DOCS=write writes them)", () => {
  const text = readFileSync(FILE, "utf8");
  const should = generated(text);
  if (process.env["SWARMS_DOCS"] === "write") writeFileSync(FILE, should);
  assert.equal(readFileSync(FILE, "utf8"), should);
});

test("every test and file that the threat model calls as a witness is there, and every link leads somewhere", () => {
  const text = readFileSync(FILE, "utf8");
  const tests = [...text.matchAll(/`([a-z][\w./-]*\.test\.ts)`/g)].map(([, path = ""]) => path);
  const files = [...text.matchAll(/`((?:src|bpf|docs|systemd)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  assert.ok(tests.length > 50 && files.length > 2, "they were found");
  const places = [
    ...tests.map((path) => [join(SRC, path), join(SRC, "..", path)]),
    ...files.map((path) => [join(SRC, "..", path)]),
  ];
  const absent = places.filter((paths) => !paths.some((path) => existsSync(path)));
  assert.deepEqual(absent, []);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => anchorOf(title));
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);
  assert.deepEqual(
    links.filter((anchor) => !headings.includes(anchor)),
    [],
  );
});

/** As Markdown viewers name a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");
}
