/** Whether a path needs nothing done to it: from the root, without "//", "." and "..", and no slash at the end. By far most are so. */
export function isWhole(path: string): boolean {
  const { length } = path;
  if (length < 2 || path.charCodeAt(0) !== SLASH) return false;
  // What stands since the last slash: nothing, or dots alone, up to two.
  let dots = 0;
  for (let at = 1; at < length; at++) {
    const code = path.charCodeAt(at);
    if (code === SLASH) {
      if (dots <= MOST_DOTS) return false;
      dots = 0;
    } else if (code === DOT && dots < MOST_DOTS) dots++;
    else dots = NAME;
  }
  return dots > MOST_DOTS;
}

const SLASH = 47;
const DOT = 46;
/** "." and "..": three make a name. */
const MOST_DOTS = 2;
const NAME = 3;

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
