import { join } from "node:path";
import { PUPPET } from "../src/hive/puppet.fixture.ts";
import { CALLER } from "../src/senses/calls/caller.fixture.ts";
import { EVADER } from "../src/senses/evader.fixture.ts";
import { STEPPER } from "../src/senses/sequences/stepper.fixture.ts";
import { compileInto, type StaticProgram } from "../src/senses/static-program.fixture.ts";
import { Unavailable } from "./unavailable.ts";

/** Every program in C that a test runs: the test machine has no compiler. A test whose program is missing here fails there. */
const PROGRAMS: readonly StaticProgram[] = [CALLER, EVADER, STEPPER, PUPPET];

/** Where the test machine finds them; vm/init.c says so to the tests. */
const FOLDER = "vm/programs";

/** Compiles them into the test machine's root folder. */
export function compilePrograms(tree: string): void {
  for (const program of PROGRAMS) {
    if (compileInto(join(tree, FOLDER), program) === undefined)
      throw new Unavailable(`no compiler here makes a static program, and the tests run ${program.name}`);
  }
}
