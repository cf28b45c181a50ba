import { OPTIMISERS, type Optimiser, type OptimiserName, createOptimiser } from "../../src/swarm/optimisers/index.ts";
import { spreadOf } from "../../src/lab/spread.ts";
import { type Figure, atMost, interleaved, perCpuSecond } from "../harness.ts";
import { cube } from "./trial.ts";

const DIMENSION = 20;
const BATCH = 4000;
/** Microseconds of one ask and tell: CMA-ES keeps a matrix. */
const LIMITS_US = { cma: 100, others: 20 } as const;

/** Median time of one ask and tell, of optimisers that have been running for a while. */
export async function speedFigures(quick: boolean): Promise<Figure[]> {
  const cases = (Object.keys(OPTIMISERS) as OptimiserName[]).map((name) => {
    const optimiser = createOptimiser(name, { space: cube(DIMENSION), seed: 1 });
    return { name, run: () => 1e6 / perCpuSecond(BATCH, () => talk(optimiser)) };
  });
  const measured = await interleaved(cases, quick ? 5 : 15);
  return [...measured].map(([name, micros]) => {
    return {
      name: `ask + tell at ${DIMENSION}-D: ${name}`,
      spread: spreadOf(micros),
      unit: "µs",
      limit: atMost(name === "cma" ? LIMITS_US.cma : LIMITS_US.others),
    };
  });
}

/** A bowl too wide to be finished: nothing may begin anew meanwhile for want of anything to do. */
function talk(optimiser: Optimiser): void {
  for (let i = 0; i < BATCH; i++) {
    const { id, point } = optimiser.ask();
    let value = 0;
    for (let axis = 0; axis < point.length; axis++) value += Math.abs(point[axis] ?? 0) ** 0.2;
    optimiser.tell(id, value);
  }
}
