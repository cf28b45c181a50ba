import type { HostAddresses } from "../../core/host-name.ts";
import { addressKey } from "./addresses.ts";
import type { HostNames } from "./fields/field.ts";

/** Where names lead, the other way round: which of the names that rules compare with lead to an address. */
export class HostTable implements HostNames {
  private byAddress: ReadonlyMap<string, readonly string[]> | undefined;
  private known: ReadonlySet<string> = new Set();

  /** All that there are, in the place of those before. */
  take(all: readonly HostAddresses[]): void {
    const byAddress = new Map<string, string[]>();
    for (const { name, addresses } of all)
      for (const address of addresses) {
        const key = addressKey(address);
        if (key === undefined) continue;
        const names = byAddress.get(key) ?? [];
        if (!names.includes(name)) names.push(name);
        byAddress.set(key, names);
      }
    this.byAddress = byAddress;
    this.known = new Set(all.filter(({ addresses }) => addresses.length > 0).map(({ name }) => name));
  }

  /** None of its names; undefined as long as nothing is known of any. */
  namesOf(address: string): readonly string[] | undefined {
    return this.byAddress === undefined ? undefined : (this.byAddress.get(addressKey(address) ?? "") ?? []);
  }

  hasAddress(name: string): boolean {
    return this.known.has(name);
  }
}
