import type { RandomStream } from "../../src/core/random.ts";
import { optimalValue } from "./bbob-instance.ts";
import * as many from "./bbob-multimodal.ts";
import type { Build, Evaluate } from "./bbob-simple.ts";
import * as one from "./bbob-simple.ts";
import type { Problem } from "./bbob.ts";

/*
 * The 30 noisy functions f101 to f130 (Hansen, Finck, Ros and Auger, "Real-parameter black-box optimization
 * benchmarking 2009: noisy functions definitions", INRIA RR-6869): ten functions, three kinds of noise each. The noise acts on what is above the
 * optimum's value, and not below the final target.
 */

type Noise = (value: number, size: number, random: RandomStream) => number;

/** RR-6869, section 0.3: so that a division or a logarithm has something to work on. */
const TINY = 1e-99;

const gaussian =
  (beta: number): Noise =>
  (value, _size, random) =>
    value * Math.exp(beta * random.normal());

const uniform =
  (severity: number): Noise =>
  (value, size, random) => {
    const alpha = severity * (0.49 + 1 / size);
    const factor = Math.max(1, (1e9 / (value + TINY)) ** (alpha * random.next()));
    return value * random.next() ** severity * factor;
  };

const cauchy =
  (alpha: number, chance: number): Noise =>
  (value, _size, random) => {
    const tail = random.next() < chance ? random.normal() / (Math.abs(random.normal()) + TINY) : 0;
    return value + alpha * Math.max(0, 1000 + tail);
  };

const MODERATE = [gaussian(0.01), uniform(0.01), cauchy(0.01, 0.05)] as const;
const SEVERE = [gaussian(1), uniform(1), cauchy(1, 0.2)] as const;

interface NoisyGroup {
  readonly name: string;
  readonly build: Build;
  readonly seed: number;
  /** Gaussian, uniform, Cauchy. */
  readonly noises: readonly Noise[];
}

const group = (seed: number, name: string, build: Build, noises: readonly Noise[]): NoisyGroup => {
  return { seed, name, build, noises };
};

/** Three functions each, from f101. */
export const BBOB_NOISY: readonly NoisyGroup[] = [
  group(1, "sphere, moderate", one.sphere, MODERATE),
  group(8, "Rosenbrock, moderate", one.valley, MODERATE),
  group(1, "sphere", one.sphere, SEVERE),
  group(8, "Rosenbrock", one.valley, SEVERE),
  group(7, "step ellipsoid", one.steps, SEVERE),
  group(10, "ellipsoid", one.ellipsoidTurned(1e4), SEVERE),
  group(14, "different powers", one.powers, SEVERE),
  group(17, "Schaffer F7", many.schaffer(10), SEVERE),
  group(19, "Griewank-Rosenbrock", many.griewank(1), SEVERE),
  group(21, "Gallagher, 101 peaks", many.gallagher(101), SEVERE),
];

export interface NoisyProblem extends Problem {
  /** What a measurement of a point of that excess shows, above the optimum's value. */
  readonly measured: (excess: number, random: RandomStream) => number;
}

/** Below this a value is shown as it is; above, raised by a little more. */
const FINAL_TARGET = 1e-8;

/** `number` from 101 to 130. Points outside [-5, 5] are not penalised: no optimiser here asks for one. */
export function bbobNoisy(number: number, size: number, instance: number): NoisyProblem {
  const spec = BBOB_NOISY[Math.floor((number - 101) / 3)];
  const noise = spec?.noises[(number - 101) % 3];
  if (spec === undefined || noise === undefined) throw new RangeError(`f${number}`);
  const seed = spec.seed + 10_000 * instance;
  const excess: Evaluate = spec.build(seed, size);
  return {
    excess,
    optimalValue: optimalValue(seed),
    measured: (value, random) => (value < FINAL_TARGET ? value : noise(value, size, random) + 1.01 * FINAL_TARGET),
  };
}
