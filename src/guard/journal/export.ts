import { readFileSync } from "node:fs";
import { failed, ok, type Result } from "../../core/errors.ts";
import { publicKeysPath, type Signer } from "./keys.ts";
import { scanJournal } from "./scan.ts";

/** First line of an export: what follows, and the public keys to check it with unless better ones are at hand. */
export interface ExportHead {
  readonly swarmsJournalExport: 1;
  readonly host: string;
  readonly atMs: number;
  /** Record numbers, both included. */
  readonly first: number;
  readonly last: number;
  /** Hash that the first record continues. */
  readonly prev: string;
  /** PEM bundle, the newest last. */
  readonly publicKeys: string;
}

/** Last line of an export. */
export interface ExportProof {
  readonly swarmsJournalProof: 1;
  readonly first: number;
  readonly prev: string;
  readonly last: number;
  readonly hash: string;
  readonly atMs: number;
  /** Fingerprint and signature; "" where whoever exported could not read the key. */
  readonly key: string;
  readonly signature: string;
}

export interface ExportWanted {
  /** Record numbers, both included. */
  readonly from: number;
  readonly to: number;
  readonly host: string;
  readonly atMs: number;
  readonly signer: Signer | undefined;
}

export function proofText(proof: Omit<ExportProof, "swarmsJournalProof" | "key" | "signature">): string {
  const { first, prev, last, hash, atMs } = proof;
  return `swarms journal export 1\n${first} ${prev} ${last} ${hash} ${atMs}\n`;
}

/**
 * Hands the lines of an export to `put`: the records of a range exactly as they stand in the journal, between a
 * head and a signed proof. The journal is verified on the way; what was put when it turns out damaged has no proof.
 */
export function exportJournal(folder: string, wanted: ExportWanted, put: (line: string) => void): Result<ExportProof> {
  let before: string | undefined;
  const whole = scanJournal(folder, (record, { carried }) => {
    if (!carried && record.seq === wanted.from - 1) before = record.hash;
  });
  if (!whole.ok) return whole;
  const first = Math.max(wanted.from, whole.value.first);
  const last = Math.min(wanted.to, whole.value.last.seq);
  const prev = before ?? whole.value.prev;
  if (last < first) return failed("SW-NOT-FOUND", `the journal holds no record in ${wanted.from} to ${wanted.to}`);
  const { atMs, host, signer } = wanted;
  put(JSON.stringify({ swarmsJournalExport: 1, host, atMs, first, last, prev, publicKeys: publicKeys(folder) }));
  let hash = prev;
  const scanned = scanJournal(folder, (record, { text, carried }) => {
    if (carried || record.seq < first || record.seq > last) return;
    hash = record.hash;
    put(text);
  });
  if (!scanned.ok) return scanned;
  const proof = { first, prev, last, hash, atMs };
  const signed = { key: signer?.fingerprint ?? "", signature: signer?.sign(proofText(proof)) ?? "" };
  put(JSON.stringify({ swarmsJournalProof: 1, ...proof, ...signed }));
  return ok({ swarmsJournalProof: 1, ...proof, ...signed });
}

function publicKeys(folder: string): string {
  try {
    return readFileSync(publicKeysPath(folder), "utf8");
  } catch {
    return "";
  }
}
