/** A B C, C B A, B C A, A C B, ...: each arm comes early as often as late, so that drift of the host falls on all alike. */
export function turnOrder<T>(items: readonly T[], round: number): T[] {
  const shift = Math.floor(round / 2) % Math.max(1, items.length);
  const turned = [...items.slice(shift), ...items.slice(0, shift)];
  return round % 2 === 0 ? turned : turned.reverse();
}
