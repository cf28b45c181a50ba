/**
 * Reads server-sent events (WHATWG HTML, section 9.2.5), of which only `data` is used here; those with a name of
 * their own, such as "missed", are for browsers. Throws where one is too long.
 */
export async function readEvents(
  source: AsyncIterable<Uint8Array>,
  maxLength: number,
  onData: (data: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let pending = "";
  for await (const chunk of source) {
    pending += decoder.decode(chunk, { stream: true });
    const events = pending.split("\n\n");
    pending = events.pop() ?? "";
    if (pending.length > maxLength) throw new Error("an event is too long");
    for (const event of events) {
      if (event.startsWith("event: ")) continue;
      const data = event.split("\n").flatMap((line) => (line.startsWith("data: ") ? [line.slice(6)] : []));
      if (data.length > 0) onData(data.join("\n"));
    }
  }
}
