import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../src/core/clock.ts";
import { OpenChanges } from "../src/guard/change.ts";
import { exportJournal } from "../src/guard/journal/export.ts";
import { openJournal } from "../src/guard/journal/journal.ts";
import { KEEP_ALL } from "../src/guard/journal/limits.ts";
import { decodeLine, encodeLine, GENESIS } from "../src/guard/journal/record.ts";
import { findDamage, scanRecent } from "../src/guard/journal/scan.ts";
import { listSegments } from "../src/guard/journal/segments.ts";
import { verifyFile } from "../src/guard/journal/verify-file.ts";
import type { Target } from "./target.ts";

/** The files of a journal, read by everything that reads them: recovery, verification, and an export's check. */
export function journalTarget(): Target {
  const root = mkdtempSync(join(tmpdir(), "swarms-fuzz-"));
  const made = join(root, "made");
  const segments = make(made);
  const exported: string[] = [];
  exportJournal(made, { from: 1, to: 1e9, host: "h", atMs: 1, signer: undefined }, (line) => exported.push(line));
  const read = join(root, "read");
  const opened = openJournal(read, { clock: new FakeClock() });
  if (!opened.ok) throw new Error(opened.says);
  opened.value.close();
  return {
    seeds: [...segments, Buffer.from(`${exported.join("\n")}\n`)],
    run: (input) => {
      writeFileSync(join(read, "journal.jsonl"), input);
      const open = new OpenChanges();
      scanRecent(read, (record) => open.add(record));
      open.newestFirst("");
      findDamage(read);
      verifyFile(join(read, "journal.jsonl"));
    },
    mend: (input, random) => (random() < 0.5 ? rechained(input) : input),
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A journal of some segments with records of every type. */
function make(folder: string): Uint8Array[] {
  const limits = { ...KEEP_ALL, segmentBytes: 3000, totalBytes: 12_000 };
  const journal = openJournal(folder, { clock: new FakeClock(), limits });
  if (!journal.ok) throw new Error(journal.says);
  const words = { from: "100", to: "10", agent: "reflex", reason: "it waits", evidence: [] };
  const raw = { inode: 7, setting: "10", before: "100", baseline: "100", leaseMs: 10_000, processes: 3 };
  for (let i = 0; i < 24; i++) {
    const intent = journal.value.append("intent", { kind: "cpu.weight", cgroup: `/${i % 3}`, ...words, ...raw });
    const action = `c-${String(intent.ok ? intent.value : 0).padStart(4, "0")}`;
    journal.value.append("result", { action, ok: true, raw: "10", code: "", says: "", putBack: false });
    if (i % 3 > 0) continue;
    const rebase = { action, baseline: "1" };
    journal.value.append("revert", {
      action,
      cause: "undo",
      written: true,
      raw: "",
      says: "",
      by: "",
      renewals: 0,
      rebase,
    });
    journal.value.append("refused", { total: 1, codes: { x: 1 }, agents: { a: 1 }, latest: "" });
  }
  journal.value.close();
  return listSegments(folder).map(({ path }) => readFileSync(path));
}

/** Computes every hash anew, as a forger would: so bodies that no version wrote get past the chain. */
function rechained(input: Uint8Array): Uint8Array {
  let [prev, seq, out] = [GENESIS, 0, ""];
  for (const line of Buffer.from(input).toString("utf8").split("\n")) {
    try {
      const { atMs, type, body } = JSON.parse(line) as NonNullable<ReturnType<typeof decodeLine>>;
      const encoded = encodeLine({ seq: ++seq, atMs, type, body }, prev);
      [prev, out] = [encoded.hash, `${out}${encoded.line}\n`];
    } catch {
      out += `${line}\n`;
    }
  }
  return Buffer.from(out);
}
