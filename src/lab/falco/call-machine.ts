/**
 * A program of 132 bytes that makes the system calls it is told, and nothing else: no loader, no library, no call of its own
 * beside one read. So a process of any name and path does exactly what a suite describes, and starts in well under a millisecond.
 *
 * It reads one block from descriptor 3 and carries out the records in it, one after another. A record is eight words:
 * the number of the call, its six arguments, and where the result goes (0: nowhere). Negative numbers are not calls.
 * The descriptor's offset is shared by forks and kept by exec (open(2)): whoever runs next reads the next block.
 */
export const MACHINE = {
  arch: "x64",
  base: 0x41_0000,
  blockBytes: 0x1_0000,
  recordBytes: 64,
  scriptFd: 3,
} as const;

/** What a record does instead of a call. */
export const PSEUDO = { copy: -1, copyInt: -2, jumpIfEqual: -3 } as const;

/** x86-64, System V kernel convention: rax the number, rdi rsi rdx r10 r8 r9 the arguments (syscall(2)). */
const CODE = [
  // read(3, base, blockBytes)
  "31c0 bf03000000 be00004100 ba00000100 0f05",
  // rbx is the record that is next
  "bb00004100",
  // next: which kind
  "488b03 4883f8ff 7438 4883f8fe 7442 4883f8fd 7444",
  // a call
  "488b7b08 488b7310 488b5318 4c8b5320 4c8b4328 4c8b4b30 0f05",
  // its result, where it is wanted
  "488b4b38 4885c9 7403 488901",
  // on to the next
  "4883c340 ebbf",
  // copy: [a1] = [a0]
  "488b4b08 488b09 488b5310 48890a ebea",
  // copyInt: the lower half of it
  "488b4b08 8b09 ebef",
  // jumpIfEqual: to a2 where [a0] is a1
  "488b4b08 488b09 483b4b10 75d5 488b5b18 eb94",
].join("");

const ELF_BYTES = 64;
const SEGMENT_BYTES = 56;
const LOAD_AT = 0x40_0000;

/** An executable file (elf(5)) that is the machine. */
export function machineProgram(): Uint8Array {
  const code = Buffer.from(CODE.replaceAll(" ", ""), "hex");
  const start = ELF_BYTES + SEGMENT_BYTES;
  const file = Buffer.alloc(start + code.length);
  // 64 bits, little-endian, version 1; an executable for x86-64.
  Buffer.from("7f454c46020101", "hex").copy(file);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(62, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(LOAD_AT + start), 24);
  file.writeBigUInt64LE(BigInt(ELF_BYTES), 32);
  file.writeUInt16LE(ELF_BYTES, 52);
  file.writeUInt16LE(SEGMENT_BYTES, 54);
  file.writeUInt16LE(1, 56);
  // One segment that is loaded, read, written and run: what lies behind the file is the room for the block.
  file.writeUInt32LE(1, ELF_BYTES);
  file.writeUInt32LE(7, ELF_BYTES + 4);
  file.writeBigUInt64LE(BigInt(LOAD_AT), ELF_BYTES + 16);
  file.writeBigUInt64LE(BigInt(LOAD_AT), ELF_BYTES + 24);
  file.writeBigUInt64LE(BigInt(file.length), ELF_BYTES + 32);
  file.writeBigUInt64LE(BigInt(MACHINE.base - LOAD_AT + MACHINE.blockBytes), ELF_BYTES + 40);
  file.writeBigUInt64LE(4096n, ELF_BYTES + 48);
  code.copy(file, start);
  return file;
}
