/** Folder below a subtree of the scope that holds the groups which the layer itself makes. */
export const ADOPTED = "swarms-adopted";

/** Path of the group that a declared workload's processes are moved to. A name may hold what a path may not. */
export function adoptedPath(scope: string, name: string): string {
  return `${scope}/${ADOPTED}/${name.replaceAll(/[^\w.-]/g, "_").replace(/^\.+/, "_")}`;
}
