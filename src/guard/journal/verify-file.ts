import { basename } from "node:path";
import { z } from "zod";
import { Chain, type Signatures } from "./chain.ts";
import { type Damage, damageAt } from "./damage.ts";
import { type ExportProof, proofText } from "./export.ts";
import { type Keys, publicKeysOf, wrongSignature } from "./keys.ts";
import { readLines } from "./lines.ts";

export interface FileVerified {
  readonly kind: "export" | "segment";
  readonly records: number;
  readonly first: number;
  readonly last: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly signatures: Signatures;
  /** Key that signed the range as a whole; "" where it has no signed proof. */
  readonly proof: string;
  /** Where the keys came from: a file that was named, or the export itself, which proves only that it is whole. */
  readonly keysFrom: "given" | "export" | "none";
}

type Outcome = { readonly ok: true; readonly value: FileVerified } | { readonly ok: false; readonly damage: Damage };

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const number = z.int().nonnegative();
const head = z.strictObject({
  swarmsJournalExport: z.literal(1),
  host: z.string().max(256),
  atMs: z.number(),
  first: number,
  last: number,
  prev: hash,
  publicKeys: z.string().max(65_536),
});
const proof = z.strictObject({
  swarmsJournalProof: z.literal(1),
  first: number,
  prev: hash,
  last: number,
  hash,
  atMs: z.number(),
  key: z.string().max(64),
  signature: z.string().max(128),
});

/**
 * Verifies an export, or one segment by itself, on any machine. Without `keys` those in the export are used: then a
 * forger may have made both. Throws system errors.
 */
export function verifyFile(path: string, keys?: Keys): Outcome {
  const reading = new Reading(basename(path), keys);
  for (const { text, end, state } of readLines(path)) {
    if (state === "too long" || state === "unfinished")
      return reading.wrong(`record ${reading.next} was cut or edited`);
    const wrong = reading.take(text);
    if (wrong !== "") return reading.wrong(wrong);
    reading.byte = end;
  }
  return reading.end();
}

class Reading {
  byte = 0;
  private readonly file: string;
  private keys: Keys | undefined;
  private keysFrom: FileVerified["keysFrom"];
  private line = 0;
  private chain: Chain | undefined;
  private head: z.infer<typeof head> | undefined;
  private proof: ExportProof | undefined;

  constructor(file: string, keys: Keys | undefined) {
    this.file = file;
    this.keys = keys;
    this.keysFrom = keys === undefined ? "none" : "given";
  }

  get next(): number {
    return (this.chain?.last.seq ?? 0) + 1;
  }

  /** What is wrong with the line; "" where it fits. */
  take(text: string): string {
    this.line++;
    if (this.proof !== undefined) return "something follows the proof";
    if (this.line === 1 && text.startsWith('{"swarmsJournalExport"')) return this.takeHead(text);
    if (this.head !== undefined && text.startsWith('{"swarmsJournalProof"')) return this.takeProof(text);
    this.chain ??= new Chain({ anywhere: true, ...(this.keys && { keys: this.keys }) });
    const fresh = this.chain.last.seq === 0;
    const taken = this.chain.take(text);
    if (typeof taken === "string") return taken;
    if (fresh && this.head !== undefined && (taken.seq !== this.head.first || taken.prev !== this.head.prev))
      return `record ${taken.seq} is not the first that the export names`;
    return "";
  }

  end(): Outcome {
    const { chain, head } = this;
    if (head !== undefined && this.proof === undefined) return this.wrong("the end is missing: there is no proof");
    if (chain === undefined) return this.wrong("there is no record");
    const { seq: last } = chain.last;
    const value: FileVerified = {
      kind: head === undefined ? "segment" : "export",
      records: last - chain.anchor.seq,
      first: chain.anchor.seq + 1,
      last,
      fromMs: chain.fromMs,
      toMs: chain.toMs,
      signatures: chain.signed,
      proof: this.proof?.key ?? "",
      keysFrom: this.keysFrom,
    };
    return { ok: true, value };
  }

  wrong(says: string): Outcome {
    const where = {
      segment: this.chain?.segment ?? 0,
      file: this.file,
      line: Math.max(1, this.line),
      record: this.next,
    };
    return { ok: false, damage: damageAt({ ...where, byte: this.byte }, says, "get the export again from its host") };
  }

  private takeHead(text: string): string {
    const parsed = head.safeParse(parse(text));
    if (!parsed.success) return "the head of the export was edited";
    this.head = parsed.data;
    if (this.keys !== undefined) return "";
    this.keys = publicKeysOf(parsed.data.publicKeys);
    if (this.keys.size > 0) this.keysFrom = "export";
    else this.keys = undefined;
    return "";
  }

  private takeProof(text: string): string {
    const parsed = proof.safeParse(parse(text));
    const { chain } = this;
    if (!parsed.success || chain === undefined) return "the proof was edited";
    const { first, prev, last, hash, key, signature } = parsed.data;
    const fits =
      first === chain.anchor.seq + 1 &&
      prev === chain.anchor.hash &&
      last === chain.last.seq &&
      hash === chain.last.hash;
    if (!fits) return `the proof is of records ${first} to ${last}, not of those before it`;
    if (key !== "" && this.keys !== undefined) {
      const wrong = wrongSignature(this.keys, key, proofText(parsed.data), signature);
      if (wrong !== "") return `the signature of the proof ${wrong}`;
    } else if (this.keysFrom === "given") return "the proof is not signed";
    this.proof = parsed.data;
    return "";
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
