import type { Scenario } from "./scenario.ts";
import { S1 } from "./scenarios/s1.ts";
import { S2 } from "./scenarios/s2.ts";
import { S3 } from "./scenarios/s3.ts";
import { S4 } from "./scenarios/s4.ts";
import { S5 } from "./scenarios/s5.ts";
import { S6 } from "./scenarios/s6.ts";
import { S7 } from "./scenarios/s7.ts";

export const SCENARIOS: readonly Scenario[] = [S1, S2, S3, S4, S5, S6, S7];
