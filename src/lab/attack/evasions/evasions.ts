import type { Scenario } from "../scenario.ts";
import { CALLS } from "./calls.ts";
import type { Evasion } from "./evasion.ts";
import { FILES } from "./files.ts";
import { TRAILS } from "./trails.ts";

/** Every way of hiding that the lab knows, with what is known to become of it; docs/threat-model.md has the same table. */
export const KNOWN: readonly Evasion[] = [...CALLS, ...FILES, ...TRAILS];

/** As scenarios, in the order in which they are played. */
export const EVASIONS: readonly Scenario[] = KNOWN.map(({ scenario }) => scenario);
