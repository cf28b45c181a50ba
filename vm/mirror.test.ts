import assert from "node:assert/strict";
import { test } from "node:test";
import { findMirror, sourcesFor } from "./mirror.ts";

const DEB822 = `# a comment
Types: deb
URIs: mirror://a.invalid/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /keys/a.gpg

Types: deb
URIs: mirror://a.invalid/security
Suites: bookworm-security
Components: main
`;

test("the mirror is the one that this release itself comes from, in either style", () => {
  assert.deepEqual(findMirror([DEB822], "bookworm"), { uri: "mirror://a.invalid/debian", signedBy: "/keys/a.gpg" });
  const line = "deb [arch=amd64 signed-by=/keys/b.gpg] mirror://b.invalid/debian trixie main contrib # why\\n";
  assert.deepEqual(findMirror([line], "trixie"), { uri: "mirror://b.invalid/debian", signedBy: "/keys/b.gpg" });
  assert.deepEqual(findMirror(["deb mirror://c.invalid/debian trixie main"], "trixie")?.signedBy, undefined);
});

test("other suites, other people's archives, sources and what is switched off are not it", () => {
  for (const text of [
    DEB822,
    "deb mirror://c.invalid/tool trixie stable",
    "deb-src mirror://c.invalid/debian trixie main",
    "# deb mirror://c.invalid/debian trixie main",
    "Types: deb\nURIs: mirror://c.invalid/debian\nSuites: trixie\nComponents: main\nEnabled: no\n",
    "",
  ])
    assert.equal(findMirror([text], "trixie"), undefined, text);
});

test("what is written for other suites reads back as the same mirror", () => {
  for (const signedBy of [undefined, "/keys/a.gpg"]) {
    const mirror = { uri: "mirror://a.invalid/debian", signedBy };
    const text = sourcesFor(mirror, ["trixie", "trixie-backports"]);
    for (const suite of ["trixie", "trixie-backports"]) assert.deepEqual(findMirror([text], suite), mirror);
  }
});
