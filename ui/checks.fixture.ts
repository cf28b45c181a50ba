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
  return found;
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
