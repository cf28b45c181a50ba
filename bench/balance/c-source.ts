import type { Random } from "../../src/core/random.ts";

/** Functions of a file: a compilation of it takes some 50 ms of a 3 GHz core. */
const FUNCTIONS = 4;

/** One file of ordinary C: loops, branches and tables, different in each, the same for the same generator. */
export function cSource(index: number, random: Random): string {
  const number = (below: number): number => 1 + Math.floor(random() * below);
  const functions = Array.from(
    { length: FUNCTIONS },
    (_, i) => `
static int table${i}[${number(64) + 8}];
int work_${index}_${i}(const int *in, int n) {
  int sum = ${number(1000)};
  for (int k = 0; k < n; k++) {
    int v = in[k] * ${number(99)} + sum;
    switch (v % ${number(5) + 3}) {
      case 0: sum += v >> ${number(7)}; break;
      case 1: sum ^= in[(k + ${number(9)}) % n] * ${number(50)}; break;
      case 2: for (int j = 0; j < ${number(20)}; j++) table${i}[(v + j) & 7] += sum ^ j; break;
      default: sum = (sum << ${number(5)}) - table${i}[k & 7];
    }
  }
  return sum;
}`,
  );
  return `/* generated */${functions.join("\n")}\n`;
}
