/** Entry of the prober process. */
import { runProber } from "./prober.ts";

runProber();
