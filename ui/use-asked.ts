import { useEffect, useRef, useState } from "preact/hooks";
import { ask, type Said } from "./ask.ts";

const AGAIN_MS = 5000;

/** What the layer answers to a question, asked again now and then, whenever `version` changes, and when told to. */
export function useAsked<T>(
  path: string,
  version: unknown = 0,
): readonly [answer: Said<T> | undefined, again: () => void] {
  const [answer, setAnswer] = useState<Said<T> | undefined>(undefined);
  const [round, setRound] = useState(0);
  const asked = useRef(path);
  const isSame = asked.current === path;
  asked.current = path;
  useEffect(() => {
    let ended = false;
    const look = async (): Promise<void> => {
      const said = await ask<T>(path);
      if (!ended) setAnswer(said);
    };
    void look();
    const timer = setTimeout(() => setRound((before) => before + 1), AGAIN_MS);
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [path, version, round]);
  return [isSame ? answer : undefined, () => setRound((before) => before + 1)];
}
