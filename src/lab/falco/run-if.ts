import { arch } from "node:process";
import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import type { SuiteTest } from "./suite-schema.ts";

/** As Go calls them. */
const ARCHES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", arm64: "arm64", riscv64: "riscv64" };

/** Undefined where a test is meant for this machine, else why not. */
export function runsHere(runIf: SuiteTest["runIf"], own = ARCHES[arch] ?? arch): Result<string | undefined> {
  for (const [key, { op, val }] of Object.entries(runIf ?? {})) {
    if (key !== "arch") return failed("SW-FALCO-SUITE", `runIf knows \`arch\`, not ${printable(key, 40)}`);
    const values = (Array.isArray(val) ? val : [val]).map((each) =>
      each === "x86_64" ? "amd64" : each === "aarch64" ? "arm64" : each,
    );
    const isThis = values.includes(own);
    if (!["eq", "ne", "in", "notIn", "=", "==", "!="].includes(op))
      return failed("SW-FALCO-SUITE", `runIf compares by eq or ne, not ${printable(op, 20)}`);
    const wantsThis = ["eq", "in", "=", "=="].includes(op);
    if (isThis !== wantsThis) return ok(`for ${op} ${values.join(", ")}, this is ${own}`);
  }
  return ok(undefined);
}
