import type { Scenario } from "./scenario.ts";
import { CREDENTIALS } from "./scenarios/credentials.ts";
import { DROPPERS } from "./scenarios/droppers.ts";
import { IMPACT } from "./scenarios/impact.ts";
import { NETWORK } from "./scenarios/network.ts";
import { PERSISTENCE } from "./scenarios/persistence.ts";
import { PRIVILEGE } from "./scenarios/privilege.ts";
import { REVERSE_SHELLS } from "./scenarios/reverse-shells.ts";
import { TAMPERING } from "./scenarios/tampering.ts";

/** Every attack of the lab, in the order in which they are played. */
export const ATTACKS: readonly Scenario[] = [
  ...REVERSE_SHELLS,
  ...DROPPERS,
  ...CREDENTIALS,
  ...IMPACT,
  ...PERSISTENCE,
  ...TAMPERING,
  ...PRIVILEGE,
  ...NETWORK,
];
