/** Of names of hosts that rules compare with: how many are looked up, and how much of an answer is believed. */
export const HOST_NAMES = {
  /** Each is asked for again and again, and a resolver is told of each. */
  most: 256,
  /** RFC 1035, section 2.3.4, as it is written: without the length of the first label and the root. */
  chars: 253,
  /** Of one name; an answer with more is a trick or a farm, and the first of them have to do. */
  addresses: 64,
} as const;

/** A name and where it leads; no address where there is none, or none is known yet. */
export interface HostAddresses {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** Labels of letters, digits, hyphens and underscores (RFC 1123, section 2.1; RFC 2782), the root's dot behind them or not. */
const NAME =
  /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?$/;

export function isHostName(text: string): boolean {
  return text.length <= HOST_NAMES.chars && NAME.test(text);
}
