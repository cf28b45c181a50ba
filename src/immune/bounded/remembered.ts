/** Longer texts are worked on each time: nobody runs the same one thousands of times a second. */
const LONGEST = 512;

/**
 * A pure function of a text, with its results at hand: the same few paths come again and again. Beyond `limit` results all
 * are dropped, so that a flood of new texts costs what it did without, and memory stays bounded.
 */
export function remembered<T>(limit: number, work: (text: string) => T): (text: string) => T {
  const results = new Map<string, { readonly value: T }>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known.value;
    const value = work(text);
    if (text.length > LONGEST) return value;
    if (results.size >= limit) results.clear();
    results.set(text, { value });
    return value;
  };
}
