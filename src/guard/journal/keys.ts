import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../core/errors.ts";
import { type JournalFiles, replaceFile } from "./files.ts";

/** Private: for the warden alone. Public: every key that this journal was ever signed with, PEM, the newest last. */
export const keyPath = (folder: string): string => join(folder, "key.pem");
export const publicKeysPath = (folder: string): string => join(folder, "key.pub");

export interface Signer {
  /** First 16 hexadecimal digits of SHA-256 over the public key (DER). */
  readonly fingerprint: string;
  sign(text: string): string;
}

/** Public keys by fingerprint. */
export type Keys = ReadonlyMap<string, KeyObject>;

/** A PEM bundle is a few hundred bytes; a file that somebody swapped must not become memory. */
const MAX_BUNDLE = 1 << 16;

/**
 * The journal's key (Ed25519, RFC 8032), made where there is none, where it is no key, or where others could read
 * it: `remark` says so then. Throws system errors.
 */
export function openSigner(folder: string, files: JournalFiles): { readonly signer: Signer; readonly remark: string } {
  const found = readPrivate(folder);
  const key = typeof found === "string" ? makeKey(folder, files, found) : found;
  publish(folder, files, createPublicKey(key));
  const signer = signerWith(key);
  const before = readPublicKeys(publicKeysPath(folder)).size > 1;
  const remark =
    typeof found !== "string" || (found === MISSING && !before)
      ? ""
      : `the key that signs the journal ${found}: from here on it is ${signer.fingerprint}`;
  return { signer, remark };
}

/** For whoever only reads: the key where there is one that can be used, and nothing is made. */
export function readSigner(folder: string): Signer | undefined {
  try {
    const found = readPrivate(folder);
    return typeof found === "string" ? undefined : signerWith(found);
  } catch {
    return undefined;
  }
}

function signerWith(key: KeyObject): Signer {
  const fingerprint = fingerprintOf(createPublicKey(key));
  return { fingerprint, sign: (text) => sign(null, Buffer.from(text), key).toString("base64") };
}

const MISSING = "was missing";

/** The key, or why it cannot be used. */
function readPrivate(folder: string): KeyObject | string {
  let fd: number | undefined;
  try {
    fd = openSync(keyPath(folder), constants.O_RDONLY | constants.O_NOFOLLOW);
    const { mode, size } = fstatSync(fd);
    if ((mode & 0o077) !== 0) return "could be read by others";
    if (size > MAX_BUNDLE) return "was damaged";
    const key = createPrivateKey(readFileSync(fd));
    return key.asymmetricKeyType === "ed25519" ? key : "was damaged";
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return MISSING;
    if (["EIO", "EACCES", "EMFILE", "ENFILE"].includes(errnoOf(error))) throw error;
    return "was damaged";
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function makeKey(folder: string, files: JournalFiles, why: string): KeyObject {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  if (why !== MISSING) files.rename(keyPath(folder), `${keyPath(folder)}.unused`);
  // The public one first: a signature whose key nobody knows is worth nothing.
  publish(folder, files, publicKey);
  replaceFile(files, keyPath(folder), Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" })), 0o600);
  return privateKey;
}

function publish(folder: string, files: JournalFiles, key: KeyObject): void {
  const path = publicKeysPath(folder);
  if (readPublicKeys(path).has(fingerprintOf(key))) return;
  const pems = [...readPublicKeys(path).values(), key].map((each) => each.export({ type: "spki", format: "pem" }));
  replaceFile(files, path, Buffer.from(pems.join("")), 0o644);
}

/** None where there is no such file, or nothing in it is a key. */
export function readPublicKeys(path: string): Keys {
  try {
    return publicKeysOf(readFileSync(path, "utf8").slice(0, MAX_BUNDLE));
  } catch {
    return new Map();
  }
}

export function publicKeysOf(pem: string): Keys {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]{1,256}-----END PUBLIC KEY-----/g) ?? [];
  const keys = blocks.flatMap((block) => {
    try {
      const key = createPublicKey(block);
      return key.asymmetricKeyType === "ed25519" ? [key] : [];
    } catch {
      return [];
    }
  });
  return new Map(keys.map((key) => [fingerprintOf(key), key]));
}

export function fingerprintOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16);
}

/** "" where the signature holds, else what is wrong with it. */
export function wrongSignature(keys: Keys, key: string, text: string, signature: string): string {
  const known = keys.get(key);
  if (known === undefined) return `is by key ${key}, which is not among the public keys known here`;
  const holds = verify(null, Buffer.from(text), known, Buffer.from(signature, "base64"));
  return holds ? "" : `does not hold: it was not made with key ${key}`;
}

export interface SignedHead {
  readonly segment: number;
  readonly seq: number;
  readonly hash: string;
  readonly atMs: number;
  /** Of a head file that records may follow. */
  readonly open?: boolean;
}

/** The text that a signature over a head is made of. */
export function headText({ segment, seq, hash, atMs, open }: SignedHead): string {
  return `swarms journal head 1\n${segment} ${seq} ${hash} ${atMs}${open === true ? " open" : ""}\n`;
}
