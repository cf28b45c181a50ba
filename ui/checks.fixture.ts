/** Looked at in the browser: what a person who sees little, or hears the page, could not use. Each a sentence. */
export function findBarriers(): string[] {
  const found: string[] = [];
  const nameOf = (element: Element): string =>
    (element.getAttribute("aria-label") ?? "") ||
    (element.textContent ?? "").trim() ||
    (element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((label) => label.textContent).join("") : "");
  for (const element of document.querySelectorAll(
    "button, a[href], input, [role=listbox], [role=tree], [role=img], canvas:not([aria-hidden])",
  ))
    if (nameOf(element) === "" && element.parentElement?.closest("[role=img]") === null)
      found.push(`no name: ${element.outerHTML.slice(0, 120)}`);
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) found.push(`twice: id ${id}`);
  if (document.querySelectorAll("h1").length !== 1)
    found.push(`${document.querySelectorAll("h1").length} headings of the first rank`);
  for (const landmark of ["header", "nav", "main", "footer"])
    if (document.querySelectorAll(landmark).length !== 1) found.push(`not one ${landmark}`);
  if (document.documentElement.lang === "") found.push("no language");
  for (const element of document.querySelectorAll("[aria-labelledby]"))
    if (document.getElementById(element.getAttribute("aria-labelledby") ?? "") === null)
      found.push(`labelled by nothing: ${element.className}`);
  for (const image of document.querySelectorAll("img"))
    if (!image.hasAttribute("alt") || image.width === 0 || !image.hasAttribute("width"))
      found.push(`no alternative or no size: ${image.outerHTML.slice(0, 80)}`);
  for (const element of document.querySelectorAll("[tabindex]"))
    if (Number(element.getAttribute("tabindex")) > 0) found.push(`out of order: ${element.outerHTML.slice(0, 80)}`);
  for (const element of document.querySelectorAll("[aria-hidden=true]"))
    if (element.querySelector("button, a[href], input, [tabindex='0']") !== null)
      found.push(`hidden, but a stop: ${element.className}`);
  // A rank is not left out (WCAG 2.2, 1.3.1).
  let rank = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(heading.tagName.slice(1));
    if (own > rank + 1) found.push(`rank ${own} after ${rank}: ${heading.textContent?.slice(0, 40) ?? ""}`);
    rank = own;
  }
  for (const [item, parents] of [
    ["option", "listbox"],
    ["treeitem", "tree"],
    ["listitem", "list"],
  ] as const)
    for (const element of document.querySelectorAll(`[role=${item}]`))
      if (element.closest(`[role=${parents}]`) === null) found.push(`${item} in no ${parents}`);
  return found;
}

/** Where something can be pressed within less than 24 pixels a side, and the next such place is nearer than that (WCAG 2.2, 2.5.8). */
export function findSmall(): string[] {
  const LEAST_PX = 24;
  const targets = [...document.querySelectorAll("button, a[href], input, [role=option], [role=treeitem]")]
    .filter((element) => element.getClientRects().length > 0 && element.closest("p, li, dd, h3") === null)
    .map((element) => ({ element, box: (element.closest("label") ?? element).getBoundingClientRect() }))
    .filter(({ box }) => box.width > 2 && box.height > 2);
  const centre = ({ left, top, width, height }: DOMRect): readonly [number, number] => [
    left + width / 2,
    top + height / 2,
  ];
  const isNear = (one: DOMRect, other: DOMRect): boolean => {
    const [x, y] = centre(one);
    const [otherX, otherY] = centre(other);
    return Math.hypot(x - otherX, y - otherY) < LEAST_PX;
  };
  return targets
    .filter(({ box }) => box.width < LEAST_PX || box.height < LEAST_PX)
    .filter(({ element, box }) => targets.some((other) => other.element !== element && isNear(box, other.box)))
    .map(({ element, box }) => `${Math.round(box.width)}×${Math.round(box.height)}: ${element.outerHTML.slice(0, 80)}`);
}

/** Text with less contrast to what is behind it than WCAG 2.2 asks for (1.4.3: 4.5 to 1). */
export function findFaint(): string[] {
  const found = new Set<string>();
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  type Colour = readonly [number, number, number, number];
  const parse = (css: string): Colour => {
    if (probe === null) return [0, 0, 0, 1];
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = css;
    probe.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = probe.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (at: 0 | 1 | 2): number => top[at] * top[3] + below[at] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const behind = (element: Element | null): Colour => {
    if (element === null) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const luminance = ([r, g, b]: Colour): number => {
    const linear = (part: number): number => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const element = node.parentElement;
    if (element === null || (node.textContent ?? "").trim() === "" || element.getClientRects().length === 0) continue;
    if (element.closest("noscript, script, .hidden") !== null) continue;
    const below = behind(element);
    const [text, ground] = [luminance(over(parse(getComputedStyle(element).color), below)), luminance(below)];
    const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (ratio < 4.5)
      found.add(`${ratio.toFixed(2)}: "${(node.textContent ?? "").trim().slice(0, 40)}" in .${element.className}`);
  }
  return [...found];
}
