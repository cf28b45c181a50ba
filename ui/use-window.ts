import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows drawn beyond either edge, so that a quick scroll shows no gap. */
const BEYOND = 6;

export interface Window {
  readonly box: RefObject<HTMLDivElement | null>;
  /** Those to be drawn: from the first up to, and without, the last. */
  readonly first: number;
  readonly last: number;
  /** Rows from one edge to the other. */
  readonly page: number;
  onScroll(): void;
}

/** Which rows of a scrolled box are in sight, all being of the same height. */
export function useWindow(count: number, rowHeight: number): Window {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const measure = (): void => {
    const { current } = box;
    if (current === null) return;
    const [top, height] = [current.scrollTop, current.clientHeight];
    setView((known) => (known.top === top && known.height === height ? known : { top, height }));
  };
  // Fewer items than before leave the box where it is not any more.
  useLayoutEffect(measure, [count]);
  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const top = Math.max(0, Math.min(view.top, count * rowHeight - view.height));
  return {
    box,
    first: Math.max(0, Math.floor(top / rowHeight) - BEYOND),
    last: Math.min(count, Math.ceil((top + view.height) / rowHeight) + BEYOND),
    page: Math.max(1, Math.floor(view.height / rowHeight) - 1),
    onScroll: measure,
  };
}
