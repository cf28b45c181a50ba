import { useEffect, useState } from "preact/hooks";
import type { EntityKey } from "../src/core/entity.ts";
import type { ProcessRow } from "../src/core/live.ts";
import { walk } from "./tree.ts";

type Walked = ReturnType<typeof walk>;

/** Whoever comes back to the view finds it as it was. */
let latest: { readonly version: number; readonly all: Walked } = { version: -1, all: [] };

/**
 * The walk through all processes, made anew in a turn of its own when they have changed: with ten thousand it takes longer
 * than what somebody has just pressed may wait for its picture.
 */
export function useWalk(processes: ReadonlyMap<EntityKey, ProcessRow>, version: number): Walked {
  const [all, setAll] = useState<Walked>(latest.all);
  useEffect(() => {
    if (version === latest.version) return undefined;
    const timer = setTimeout(() => {
      latest = { version, all: walk(processes) };
      setAll(latest.all);
    });
    return () => clearTimeout(timer);
  }, [version]);
  return all;
}
