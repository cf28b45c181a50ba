import { gzipSync } from "node:zlib";

export interface TarFile {
  /** At most 99 bytes of ASCII. */
  readonly name: string;
  readonly text: string;
}

/** POSIX.1-1988 "ustar" (tar(5) of libarchive). */
const BLOCK = 512;
const MODE = 0o600;

/** A .tar.gz of regular files. `atMs`: their time, CLOCK_REALTIME milliseconds. Throws RangeError for a name that does not fit. */
export function tarGz(files: readonly TarFile[], atMs: number): Buffer {
  const blocks = files.flatMap(({ name, text }) => {
    const bytes = Buffer.from(text);
    return [header(name, bytes.length, atMs), bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function header(name: string, size: number, atMs: number): Buffer {
  if (!/^[\x21-\x7e]{1,99}$/.test(name)) throw new RangeError(`not a name for this format: ${name}`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number): void => {
    block.write(value.toString(8).padStart(digits, "0"), at);
  };
  block.write(name, 0);
  octal(MODE, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(Math.floor(atMs / 1000), 136, 11);
  block.write("0ustar\u000000", 156);
  // The sum is taken with blanks in its own place.
  block.fill(" ", 148, 156);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block.write("\0 ", 154);
  return block;
}
