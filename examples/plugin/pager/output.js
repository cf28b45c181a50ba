// The worked example of docs/plugins.md: an incident goes to a pager that knows three words, the rest goes nowhere.

const LOUD = new Set(["Critical", "Error"]);

/** Nothing given back: delivered. Thrown: tried again. `refused`: put aside. */
export default async function page(record, { id, url, token, signal }) {
  if (record.rule !== "Swarms incident") return;
  if (!url) return { refused: "this output has no `url`" };
  const response = await fetch(url, {
    method: "POST",
    redirect: "error",
    signal,
    headers: { "content-type": "text/plain", "x-once": id, ...(token && { authorization: `Bearer ${token}` }) },
    body: `${LOUD.has(record.priority) ? "WAKE" : "NOTE"} ${record.hostname}: ${record.output}`,
  });
  await response.body?.cancel();
  if (response.status === 400) return { refused: "the pager does not understand it" };
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}
