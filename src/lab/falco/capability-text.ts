import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { capabilityMask, capabilityNames } from "../../immune/rules/fields/capabilities.ts";

export interface Capabilities {
  readonly effective: bigint;
  readonly permitted: bigint;
  readonly inheritable: bigint;
}

const LETTERS = { e: "effective", p: "permitted", i: "inheritable" } as const;
const CLAUSE = /^([a-z_,0-9]*)((?:[=+-][eip]*)+)$/;

/** Capabilities as cap_from_text(3) reads them: "all=iep", "cap_sys_admin+ep cap_net_raw-e". */
export function capabilitiesOf(text: string, last = 40): Result<Capabilities> {
  const all = (1n << BigInt(last + 1)) - 1n;
  const sets = { effective: 0n, permitted: 0n, inheritable: 0n };
  for (const clause of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    const match = CLAUSE.exec(clause);
    const [, names = "", changes = ""] = match ?? [];
    const mask = names === "" || names === "all" ? all : maskOf(names);
    if (match === null || mask === undefined)
      return failed("SW-FALCO-SUITE", `no capabilities in the form of cap_from_text(3): ${printable(clause, 60)}`);
    for (const [, operator, letters = ""] of changes.matchAll(/([=+-])([eip]*)/g)) {
      if (operator === "=") for (const set of Object.values(LETTERS)) sets[set] &= ~mask;
      for (const letter of letters) {
        const set = LETTERS[letter as keyof typeof LETTERS];
        sets[set] = operator === "-" ? sets[set] & ~mask : sets[set] | mask;
      }
    }
  }
  return ok(sets);
}

function maskOf(names: string): bigint | undefined {
  const wanted = names.toUpperCase().split(",");
  const mask = capabilityMask(wanted);
  const known = capabilityNames(mask).split(" ").filter(Boolean);
  return known.length === new Set(wanted).size ? BigInt(mask) : undefined;
}
