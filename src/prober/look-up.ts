import { isIP } from "node:net";
import { HOST_NAMES } from "../core/host-name.ts";
import type { ProberAnswer } from "../core/wire/prober.ts";

/** Node asks for names on four threads (libuv); more at once would only wait behind each other, with their time running. */
const AT_ONCE = 4;
/** resolv.conf(5): one server is given five seconds, twice. */
export const NAME_TIMEOUT_MS = 11_000;

/** Addresses of one name; throws with a code where there are none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Asks for each name once, and tells each as soon as it is known. */
export async function lookUp(
  names: readonly string[],
  resolve: Resolve,
  tell: (answer: ProberAnswer) => void,
  timeoutMs = NAME_TIMEOUT_MS,
): Promise<void> {
  const waiting = names.values();
  const turn = async (): Promise<void> => {
    for (const name of waiting) tell(await answerFor(name, resolve, timeoutMs));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
}

async function answerFor(name: string, resolve: Resolve, timeoutMs: number): Promise<ProberAnswer> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(Object.assign(new Error("late"), { code: "ETIMEDOUT" })), timeoutMs);
  try {
    const found = await Promise.race([resolve(name), late.promise]);
    const addresses = [...new Set(found)].filter((address) => isIP(address) !== 0 && !address.includes("%"));
    return { name, addresses: addresses.slice(0, HOST_NAMES.addresses) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { name, addresses: [], fault: /^[A-Z_0-9]{1,32}$/.test(code) ? code : "EFAULT" };
  } finally {
    clearTimeout(timer);
  }
}
