export type Said<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly says: string; readonly todo: string };

const LOST = "the page's server does not answer";
const LOST_TODO = "it ends with `swarms run`, or with Ctrl-C: start `swarms dashboard` and open its link";

/** What the layer knows, asked once. */
export function ask<T>(path: string): Promise<Said<T>> {
  return exchange<T>(path, { method: "GET" });
}

/** Something is to be done. */
export function tell(path: string): Promise<Said<{ readonly says: string }>> {
  return exchange(path, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
}

async function exchange<T>(path: string, init: RequestInit): Promise<Said<T>> {
  try {
    const response = await fetch(`/api/${path}`, { ...init, credentials: "same-origin" });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return { ok: true, value: body as T };
    const { says = "", todo = "" } = (body ?? {}) as { says?: string; todo?: string };
    if (response.status === 401) return { ok: false, says: "this session has ended", todo: LOST_TODO };
    return { ok: false, says: says === "" ? `the answer was ${response.status}` : says, todo };
  } catch {
    return { ok: false, says: LOST, todo: LOST_TODO };
  }
}
