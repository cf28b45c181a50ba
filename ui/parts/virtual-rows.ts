import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { html, type VNode } from "../html.ts";
import { useWindow } from "../use-window.ts";

interface Props<T> {
  readonly items: readonly T[];
  readonly rowHeight: number;
  readonly label: string;
  keyOf(item: T): string;
  row(item: T): ComponentChildren;
}

/** However many items with buttons of their own, only those in sight are drawn. Tab goes from button to button, arrows scroll. */
export function VirtualRows<T>({ items, rowHeight, label, keyOf, row }: Props<T>): VNode {
  const { box, first, last, onScroll } = useWindow(items.length, rowHeight);
  const isInside = useRef(false);
  // A row that was deleted takes the focus along: it stays in the list.
  useLayoutEffect(() => {
    if (isInside.current && document.activeElement === document.body) box.current?.focus();
  }, [items.length]);
  return html`<div
    ref=${box}
    class="virtual rows"
    role="list"
    tabindex="0"
    aria-label=${label}
    onScroll=${onScroll}
    onFocusIn=${() => (isInside.current = true)}
    onFocusOut=${({ relatedTarget }: FocusEvent) => (isInside.current = relatedTarget === null)}
  >
    <div class="virtual-space" role="presentation" style=${{ height: `${items.length * rowHeight}px` }}>
      ${items
        .slice(first, last)
        .map(
          (item, index) =>
            html`<div
              key=${keyOf(item)}
              class="virtual-row"
              role="listitem"
              aria-setsize=${items.length}
              aria-posinset=${first + index + 1}
              style=${{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}
            >
              ${row(item)}
            </div>`,
        )}
    </div>
  </div>`;
}
