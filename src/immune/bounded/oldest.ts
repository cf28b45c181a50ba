/**
 * Keeps a map or set within its limit: the first in its order, the oldest or least recently used, goes.
 * The order is looked at only beyond the limit, for V8 walks over deleted entries to find the first.
 */
export function dropOldest<K>(entries: Map<K, unknown> | Set<K>, limit: number): void {
  if (entries.size <= limit) return;
  const oldest = entries.keys().next();
  if (!oldest.done) entries.delete(oldest.value);
}
