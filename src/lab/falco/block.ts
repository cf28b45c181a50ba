import { MACHINE, PSEUDO } from "./call-machine.ts";
import { SYSCALLS, type SyscallName } from "./syscall-table.ts";

const RECORDS = 320;
const CELLS = 256;
const CELLS_AT = MACHINE.base + RECORDS * MACHINE.recordBytes;
const DATA_AT = CELLS_AT + CELLS * 8;
export const MAX_BLOCKS = 32;
const RESULT_BYTES = CELLS * 8;
/** Where in the file of the script, behind its blocks, the calls of each block leave what they gave. */
export const RESULTS = { at: MAX_BLOCKS * MACHINE.blockBytes, bytes: MAX_BLOCKS * RESULT_BYTES } as const;
const EXIT_EXEC_FAILED = 127;

/** What a call will have given, known when it runs. */
export interface Cell {
  readonly at: number;
}
export type Argument = number | bigint | Cell;

/** A call, and what it gave: -errno where it failed. */
export interface Outcome {
  readonly what: string;
  readonly result: number;
}

/** What one process does: the block that it reads (call-machine.ts). */
export class Block {
  private readonly bytes = Buffer.alloc(MACHINE.blockBytes);
  private readonly index: number;
  private readonly named: string[] = [];
  private records = 0;
  private dataAt = DATA_AT;

  /** The index is its place among the blocks of a script. */
  constructor(index: number) {
    this.index = index;
  }

  /** Bytes in the process's memory. */
  data(bytes: Uint8Array): number {
    const at = this.dataAt;
    this.room(at + bytes.length - MACHINE.base);
    this.bytes.set(bytes, at - MACHINE.base);
    this.dataAt = (at + bytes.length + 7) & ~7;
    return at;
  }

  text(text: string): number {
    return this.data(Buffer.from(`${text}\0`));
  }

  /** As execve(2) wants its arguments. */
  texts(texts: readonly string[]): number {
    return this.words([...texts.map((text) => this.text(text)), 0]);
  }

  words(words: readonly number[]): number {
    const bytes = Buffer.alloc(words.length * 8);
    words.forEach((word, i) => bytes.writeBigInt64LE(BigInt(word), i * 8));
    return this.data(bytes);
  }

  /** Space for what a call writes. */
  space(length: number): number {
    return this.data(new Uint8Array(Math.max(length, 8)));
  }

  call(name: SyscallName, args: readonly Argument[], what: string = name): Cell {
    const cells = args.flatMap((arg, i) => (typeof arg === "object" ? [{ arg, i }] : []));
    // The copies come first: they fill in the arguments of the record that stands behind them.
    const at = MACHINE.base + (this.records + cells.length) * MACHINE.recordBytes;
    for (const { arg, i } of cells) this.record(PSEUDO.copy, [arg.at, at + 8 * (i + 1)], 0);
    const out = this.cell(what);
    const words = args.map((arg): number | bigint => (typeof arg === "object" ? 0 : arg));
    this.record(SYSCALLS[name], words, out.at);
    return out;
  }

  /** One int of what a call wrote into memory, as of pipe2(2). */
  readInt(at: number): Cell {
    const cell = this.cell("");
    this.record(PSEUDO.copyInt, [at, cell.at], 0);
    return cell;
  }

  /** A child process that does the one, and this one goes on. */
  fork(child: () => void): Cell {
    const SIGCHLD = 17;
    const pid = this.call("clone", [SIGCHLD, 0, 0, 0, 0], "fork");
    const isChild = this.records;
    this.record(PSEUDO.jumpIfEqual, [pid.at, 0, 0], 0);
    const skip = this.cell("");
    const over = this.records;
    this.record(PSEUDO.jumpIfEqual, [skip.at, 0, 0], 0);
    this.aim(isChild);
    child();
    this.report();
    this.call("exit_group", [EXIT_EXEC_FAILED]);
    this.aim(over);
    return pid;
  }

  /** Tells what the calls gave, and ends. */
  end(): void {
    this.report();
    this.call("exit_group", [0]);
  }

  report(): void {
    this.call("pwrite64", [MACHINE.scriptFd, CELLS_AT, RESULT_BYTES, RESULTS.at + this.index * RESULT_BYTES]);
  }

  encoded(): Uint8Array {
    return this.bytes;
  }

  /** What they gave, by what the file has at RESULTS. */
  outcomes(results: Uint8Array): readonly Outcome[] {
    const bytes = Buffer.from(results);
    const at = this.index * RESULT_BYTES;
    if (bytes.length < at + RESULT_BYTES) return [];
    return this.named.flatMap((what, i) =>
      what === "" ? [] : [{ what, result: Number(bytes.readBigInt64LE(at + i * 8)) }],
    );
  }

  private cell(what: string): Cell {
    if (this.named.length >= CELLS) throw new RangeError("too many calls in one process");
    this.named.push(what);
    return { at: CELLS_AT + (this.named.length - 1) * 8 };
  }

  private record(op: number, args: readonly (number | bigint)[], out: number): void {
    if (this.records >= RECORDS) throw new RangeError("too many calls in one process");
    const at = this.records++ * MACHINE.recordBytes;
    [op, ...args].forEach((word, i) => this.bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(word)), at + i * 8));
    this.bytes.writeBigInt64LE(BigInt(out), at + 56);
  }

  /** A jump goes to whatever comes next. */
  private aim(record: number): void {
    const target = MACHINE.base + this.records * MACHINE.recordBytes;
    this.bytes.writeBigInt64LE(BigInt(target), record * MACHINE.recordBytes + 24);
  }

  private room(needed: number): void {
    if (needed > MACHINE.blockBytes) throw new RangeError(`more than ${MACHINE.blockBytes} bytes for one process`);
  }
}
