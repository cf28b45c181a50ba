/** How `swarms run` shows itself. */
export const VIEWS = ["auto", "tty", "plain", "none"] as const;
export type View = (typeof VIEWS)[number];

export function isView(text: string): text is View {
  return (VIEWS as readonly string[]).includes(text);
}
