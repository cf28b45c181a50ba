import type { Scenario } from "./scenario.ts";
import { REVERSE_SHELLS } from "./scenarios/reverse-shells.ts";

/** Every attack of the lab, in the order in which they are played. */
export const ATTACKS: readonly Scenario[] = [...REVERSE_SHELLS];
