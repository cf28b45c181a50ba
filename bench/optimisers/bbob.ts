import { optimalValue } from "./bbob-instance.ts";
import * as many from "./bbob-multimodal.ts";
import { type Build, type Evaluate } from "./bbob-simple.ts";
import * as one from "./bbob-simple.ts";

interface BbobFunction {
  readonly name: string;
  readonly build: Build;
  /** Of the instance's generators: instance i has seed + 10000 i. */
  readonly seed: number;
}

const f = (seed: number, name: string, build: Build): BbobFunction => ({ name, build, seed });

/** The 24 noiseless functions in the order of RR-6829. */
export const BBOB: readonly BbobFunction[] = [
  f(1, "sphere", one.sphere),
  f(2, "ellipsoid", one.ellipsoid),
  f(3, "Rastrigin", one.rastrigin),
  f(3, "Büche-Rastrigin", one.bueche),
  f(5, "linear slope", one.slope),
  f(6, "attractive sector", one.sector),
  f(7, "step ellipsoid", one.steps),
  f(8, "Rosenbrock", one.valley),
  f(9, "Rosenbrock, turned", one.valleyTurned),
  f(10, "ellipsoid, turned", one.ellipsoidTurned(1e6)),
  f(11, "discus", one.discus),
  f(12, "bent cigar", one.cigar),
  f(13, "sharp ridge", one.ridge),
  f(14, "different powers", one.powers),
  f(15, "Rastrigin, turned", many.rastriginTurned),
  f(16, "Weierstrass", many.weierstrass),
  f(17, "Schaffer F7", many.schaffer(10)),
  f(17, "Schaffer F7, ill-conditioned", many.schaffer(1000)),
  f(19, "Griewank-Rosenbrock", many.griewank(10)),
  f(20, "Schwefel", many.schwefel),
  f(21, "Gallagher, 101 peaks", many.gallagher(101)),
  f(22, "Gallagher, 21 peaks", many.gallagher(21)),
  f(23, "Katsuura", many.katsuura),
  f(24, "Lunacek bi-Rastrigin", many.lunacek),
];

export interface Problem {
  /** Without noise, above the optimum's. */
  readonly excess: Evaluate;
  readonly optimalValue: number;
}

/** `number` from 1 to 24. */
export function bbob(number: number, size: number, instance: number): Problem {
  const spec = BBOB[number - 1];
  if (spec === undefined) throw new RangeError(`f${number}`);
  const seed = spec.seed + 10_000 * instance;
  return { excess: spec.build(seed, size), optimalValue: optimalValue(seed) };
}
