/** More groups than this at once are rare, and then the oldest names are learned anew at the next look. */
const NAMES_MAX = 8192;
/** The v2 root directory has this inode on every host. */
const V2_ROOT_INODE = 1;

/** Paths of v2 cgroups by inode, as far as anybody has told. */
export class CgroupNames {
  private readonly names = new Map<number, string>([[V2_ROOT_INODE, "/"]]);

  /** Whether this was news. */
  learn(id: number, path: string): boolean {
    if (id === 0 || path === "" || this.names.get(id) === path) return false;
    if (this.names.size >= NAMES_MAX) {
      const oldest = this.names.keys().next();
      if (!oldest.done) this.names.delete(oldest.value);
    }
    this.names.set(id, path);
    return true;
  }

  /** "" where nobody has told. */
  of(id: number): string {
    return this.names.get(id) ?? (id === V2_ROOT_INODE ? "/" : "");
  }
}
