import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { REDACTED, redactor, redactTree } from "./redact.ts";

const redact = redactor();
const WORD = fc.stringMatching(/^[A-Za-z0-9]{16,40}$/);

/** Where a secret may stand, "@" being it. */
const PLACES = [
  "mysql --password=@ -h db",
  "mysql --password @ -h db",
  "curl -H 'Authorization: Bearer @' x",
  "DB_PASSWORD=@ ./run",
  'API_KEY="@"',
  '{"token": "@"}',
  "secret: @",
  "postgres://app:@@db.internal/shop",
  "https://hooks.example.com/services/T0/@",
  "https://example.com?key=@",
  "-----BEGIN OPENSSH PRIVATE KEY-----\n@\n-----END OPENSSH PRIVATE KEY-----",
  "eyJhbGciOiJI.@.x",
  "ghp_@",
  "AWS_SECRET_ACCESS_KEY: '@'",
  "redis-cli AUTH @",
  'send: "AUTH default @\\r\\nPING"',
  "/home/@/.config/app",
] as const;

test("a secret is left out wherever secrets stand, and what stands around it stays", () => {
  fc.assert(
    fc.property(WORD, fc.constantFrom(...PLACES), (secret, place) => {
      const at = place.lastIndexOf("@", place.startsWith("postgres") ? place.lastIndexOf("@") - 1 : undefined);
      const text = `before ${place.slice(0, at)}${secret}${place.slice(at + 1)} after`;
      const clean = redact(text);
      assert.ok(!clean.includes(secret), clean);
      assert.ok(clean.includes(REDACTED) && clean.startsWith("before "), clean);
    }),
    { numRuns: 300 },
  );
});

test("what is no secret stays as it is", () => {
  for (const text of [
    "c-0017: cpu.weight 100 → 10 on /batch.slice",
    "sshd → bash → /tmp/x connects to 203.0.113.9:4444",
    "hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "http://127.0.0.1:8080 answers",
    "/usr/sbin/sshd was run by www-data from /srv/home",
  ])
    assert.equal(redact(text), text);
});

test("the host's names go where asked to, whole words only", () => {
  const hosts = redactor(["db1", "db1.example.org"]);
  assert.equal(
    hosts("DB1.example.org said: db1 is db12, not /var/db1-old"),
    "HOST said: HOST is db12, not /var/db1-old",
  );
  assert.equal(redact("db1"), "db1");
});

test("settings named like secrets are left out, whatever they look like, and only those", () => {
  const tcp = { address: "127.0.0.1:6379", send: "HELLO s3cret" };
  const outputs = [{ name: "siem", token: "a b", tokenFile: "/etc/t", queue: 3 }];
  assert.deepEqual(redactTree({ outputs, workloads: [{ objective: { tcp } }], mode: "observe" }), {
    outputs: [{ name: "siem", token: REDACTED, tokenFile: REDACTED, queue: 3 }],
    workloads: [{ objective: { tcp: { ...tcp, send: REDACTED } } }],
    mode: "observe",
  });
});
