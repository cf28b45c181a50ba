import type { ComponentChildren } from "preact";
import { html, type VNode } from "../html.ts";
import { useWindow } from "../use-window.ts";

export interface RowProps {
  readonly [name: string]: string | number | boolean | undefined;
}

interface Props<T> {
  readonly items: readonly T[];
  readonly rowHeight: number;
  readonly label: string;
  readonly role?: "listbox" | "tree";
  readonly chosen: string;
  keyOf(item: T): string;
  row(item: T): ComponentChildren;
  /** More properties of a row. */
  rowProps?(item: T): RowProps;
  onChoose(item: T): void;
  /** Left or right was pressed on it. */
  onFold?(item: T, fold: boolean): void;
}

/** However many items, only those in sight are drawn. One stop for Tab; arrows, Page, Home and End move in it. */
export function VirtualList<T>(props: Props<T>): VNode {
  const { items, rowHeight, label, role = "listbox", chosen, keyOf, row, rowProps, onChoose, onFold } = props;
  const { box, first, last, page, onScroll } = useWindow(items.length, rowHeight);
  const at = items.findIndex((item) => keyOf(item) === chosen);
  const choose = (index: number): void => {
    const item = items[Math.max(0, Math.min(items.length - 1, index))];
    if (item === undefined) return;
    reveal(box.current, items.indexOf(item), rowHeight);
    onChoose(item);
  };
  const onKey = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: items.length - 1,
    };
    const to = moves[event.key];
    const item = items[at];
    if (to !== undefined) choose(to);
    else if (item !== undefined && onFold !== undefined && /^Arrow(?:Left|Right)$/.test(event.key))
      onFold(item, event.key === "ArrowLeft");
    else return;
    event.preventDefault();
  };
  const isSeen = at >= first && at < last;
  return html`<div
    ref=${box}
    class="virtual"
    role=${role}
    tabindex="0"
    aria-label=${label}
    aria-activedescendant=${isSeen ? idOf(chosen) : undefined}
    onScroll=${onScroll}
    onKeyDown=${onKey}
  >
    <div class="virtual-space" role="presentation" style=${{ height: `${items.length * rowHeight}px` }}>
      ${items.slice(first, last).map((item, index) => {
        const key = keyOf(item);
        return html`<div
          key=${key}
          id=${idOf(key)}
          class="virtual-row"
          role=${role === "tree" ? "treeitem" : "option"}
          aria-selected=${key === chosen ? "true" : "false"}
          aria-setsize=${items.length}
          aria-posinset=${first + index + 1}
          style=${{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}
          onClick=${() => onChoose(item)}
          ...${rowProps?.(item) ?? {}}
        >
          ${row(item)}
        </div>`;
      })}
    </div>
  </div>`;
}

function idOf(key: string): string {
  return `row-${key.replaceAll(/[^A-Za-z0-9_-]/g, "_")}`;
}

function reveal(box: HTMLElement | null, index: number, rowHeight: number): void {
  if (box === null) return;
  const top = index * rowHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + rowHeight - box.clientHeight;
}
