/** Whether a path needs nothing done to it: from the root, without "//", "." and "..", and no slash at the end. By far most are so. */
export function isWhole(path: string): boolean {
  if (!path.startsWith("/") || path.endsWith("/") || path.includes("//")) return false;
  return !path.includes("/.") || !DOTS.test(path);
}

const DOTS = /\/\.\.?(?:\/|$)/;

/** A path as typed, from the root: joined to the folder it starts at, without "." and ".." (by text, as Falco's fd.name). */
export function absolute(typed: string, folder: string): string | undefined {
  if (typed === "") return undefined;
  if (isWhole(typed)) return typed;
  if (!typed.startsWith("/")) {
    if (!folder.startsWith("/")) return typed;
    const below = folder === "/" ? `/${typed}` : `${folder}/${typed}`;
    if (isWhole(below)) return below;
  }
  const parts: string[] = [];
  for (const part of (typed.startsWith("/") ? typed : `${folder}/${typed}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** What stands before the last slash; "/" for what lies in the root. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
