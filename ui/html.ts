import htm from "htm";
import { type ComponentChildren, h, type VNode } from "preact";

/** Templates as tagged strings: every value in one is a text node or a property, never markup. */
export const html = (htm as unknown as Htm).bind(h);

/** Its own types are those of its CommonJS file. */
interface Htm {
  bind(make: typeof h): (strings: TemplateStringsArray, ...values: unknown[]) => VNode;
}

export type { ComponentChildren, VNode };
