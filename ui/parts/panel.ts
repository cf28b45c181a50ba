import type { ComponentChildren } from "preact";
import { html, type VNode } from "../html.ts";

interface Props {
  readonly title: string;
  readonly note?: string;
  readonly style?: string;
  readonly children?: ComponentChildren;
}

/** A part of a view with its heading. */
export function Panel({ title, note = "", style = "", children }: Props): VNode {
  const id = `panel-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return html`<section class=${`panel ${style}`} aria-labelledby=${id}>
    <h2 id=${id}>${title}${note !== "" && html`<small>${note}</small>`}</h2>
    ${children}
  </section>`;
}

/** Where there is nothing to show: why, and what would change that. */
export function Empty({ says, todo = "" }: { readonly says: string; readonly todo?: string }): VNode {
  return html`<p class="empty">${says}${todo !== "" && html`<br /><span>${todo}</span>`}</p>`;
}
