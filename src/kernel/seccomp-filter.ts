import {
  ABSENT_CALLS,
  type ArgumentRule,
  DEADLY_CALLS,
  type FAMILIES,
  type GuardedCall,
  guardedCalls,
  NETWORK_CALLS,
  RUNTIME_CALLS,
} from "./seccomp-calls.ts";

export type Family = keyof typeof FAMILIES;

export interface FilterOptions {
  /** As process.arch names it. */
  readonly arch: string;
  /** Families of sockets that may be opened. */
  readonly families: readonly Family[];
}

/** AUDIT_ARCH_* (linux/audit.h), and where the numbers of another calling convention begin. */
const ARCHITECTURES: Readonly<
  Record<string, { readonly audit: number; readonly column: 0 | 1; readonly other?: number }>
> = {
  x64: { audit: 0xc000003e, column: 0, other: 0x40000000 },
  arm64: { audit: 0xc00000b7, column: 1 },
};

/** struct seccomp_data: nr, arch, instruction pointer, six arguments of 64 bits (seccomp(2)). */
const AT = { number: 0, arch: 4, arguments: 16 } as const;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;

/** Classic BPF (linux/filter.h): code, jump if true, jump if false, operand. */
type Instruction = readonly [code: number, jt: number, jf: number, k: number];
const LOAD = 0x20;
const AND = 0x54;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const RETURN = 0x06;

const load = (offset: number): Instruction => [LOAD, 0, 0, offset];
const returns = (action: number): Instruction => [RETURN, 0, 0, action];
const when = (value: number, then: readonly Instruction[]): Instruction[] => [
  [JUMP_EQUAL, 0, then.length, value],
  ...then,
];

/**
 * The filter as the kernel takes it (array of struct sock_filter, eight bytes each, little-endian); undefined for an
 * architecture that has no table. What is in no table is refused with EPERM.
 */
export function seccompFilter({ arch, families }: FilterOptions): Buffer | undefined {
  const architecture = ARCHITECTURES[arch];
  if (architecture === undefined) return undefined;
  const { audit, column, other } = architecture;
  const groups = [...RUNTIME_CALLS, ...(families.some((family) => family !== "unix") ? NETWORK_CALLS : [])];
  const program: Instruction[] = [
    load(AT.arch),
    [JUMP_EQUAL, 1, 0, audit],
    returns(KILL_PROCESS),
    load(AT.number),
    ...(other === undefined ? [] : ([[JUMP_AT_LEAST, 0, 1, other], returns(KILL_PROCESS)] as const)),
    ...groups.flatMap(({ calls }) => each(calls, column, ALLOW)),
    ...guardedCalls(families).flatMap((call) => guarded(call, column)),
    ...each(ABSENT_CALLS, column, ERRNO | ENOSYS),
    ...each(DEADLY_CALLS, column, KILL_PROCESS),
    returns(ERRNO | EPERM),
  ];
  return encode(program);
}

function each(
  calls: Readonly<Record<string, readonly (number | undefined)[]>>,
  column: 0 | 1,
  action: number,
): Instruction[] {
  return Object.values(calls).flatMap((numbers) => {
    const number = numbers[column];
    return number === undefined ? [] : when(number, [returns(action)]);
  });
}

/** Ends with a return either way, so the accumulator need not hold the number again. */
function guarded({ numbers, rule }: GuardedCall, column: 0 | 1): Instruction[] {
  const number = numbers[column];
  return number === undefined ? [] : when(number, [...judge(rule), returns(ERRNO | EPERM)]);
}

function judge(rule: ArgumentRule): Instruction[] {
  const low = AT.arguments + 8 * rule.argument;
  if ("oneOf" in rule) return [load(low), ...rule.oneOf.flatMap((value) => when(value, [returns(ALLOW)]))];
  if ("zero" in rule) {
    const high = [load(low + 4), ...when(0, [returns(ALLOW)])];
    return [load(low), ...when(0, high)];
  }
  const watched = (rule.with | rule.without) >>> 0;
  return [load(low), [AND, 0, 0, watched], ...when(rule.with, [returns(ALLOW)])];
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, jt, jf, k]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jt, index * 8 + 2);
    bytes.writeUInt8(jf, index * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, index * 8 + 4);
  }
  return bytes;
}
