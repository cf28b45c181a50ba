/** A path as seen from `root`, which is "" for the host itself; undefined of what lies elsewhere. */
export function within(root: string, path: string): string | undefined {
  if (root === "") return path;
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
