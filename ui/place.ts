import { useEffect, useState } from "preact/hooks";

/** Which view is shown and what is chosen in it: "#incidents/i-7k2m9q". */
export interface Place {
  readonly view: string;
  readonly chosen: string;
}

export function placeOf(hash: string): Place {
  const [view = "", ...rest] = hash.replace(/^#/, "").split("/");
  return { view: view === "" ? "overview" : view, chosen: decode(rest.join("/")) };
}

export function hrefOf(view: string, chosen = ""): string {
  return chosen === "" ? `#${view}` : `#${view}/${encodeURIComponent(chosen)}`;
}

export function go(view: string, chosen = ""): void {
  location.hash = hrefOf(view, chosen);
}

export function usePlace(): Place {
  const [place, setPlace] = useState(placeOf(location.hash));
  useEffect(() => {
    const moved = (): void => setPlace(placeOf(location.hash));
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return place;
}

/** What somebody typed as an address may be no encoding at all. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
