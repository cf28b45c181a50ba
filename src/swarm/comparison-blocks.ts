import type { Random } from "../core/random.ts";
import type { Pair } from "./comparison.ts";

export type Arm = "incumbent" | "candidate";

/**
 * The order of one block: A B B A, so that what drifts evenly over the block weighs on both alike, where a coin says who
 * is A. The coin is what makes a comparison exact: whatever the host does meanwhile, a difference without effect is
 * as likely to come out as its opposite (Fisher, The Design of Experiments, 1935). One block makes one pair.
 */
export function blockOrder(random: Random): readonly Arm[] {
  const [a, b] = pairOrder(random);
  return [a, b, b, a];
}

/** Half a block, for measurements that are long or drift little. */
export function pairOrder(random: Random): readonly [Arm, Arm] {
  return random() < 0.5 ? ["incumbent", "candidate"] : ["candidate", "incumbent"];
}

/** What was measured in the order of a block, as one pair: means, so that even drift cancels. */
export function pairOf(order: readonly Arm[], values: readonly number[]): Pair {
  const of = (arm: Arm): number => meanOf(values.filter((_, at) => order[at] === arm));
  return { incumbent: of("incumbent"), candidate: of("candidate") };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
