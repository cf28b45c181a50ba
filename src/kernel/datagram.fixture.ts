import { closeSync } from "node:fs";
import { checked, loadLibc } from "./syscall.ts";

/** A manager's end for tests: Node has no datagram sockets of this family. */
export function datagramSocket(name: string): { read(): string | undefined; close(): void } {
  const libc = loadLibc();
  const [AF_UNIX, SOCK_DGRAM_CLOEXEC, MSG_DONTWAIT] = [1, 0o2000002, 0x40];
  const fd = Number(libc.func("int socket(int, int, int)")(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
  const address = Buffer.from(`..${name}${name.startsWith("@") ? "" : "\0"}`);
  address.writeUInt16LE(AF_UNIX);
  if (name.startsWith("@")) address[2] = 0;
  const bound = checked(Number(libc.func("int bind(int, const void *, unsigned int)")(fd, address, address.length)));
  if (!bound.ok) throw new Error(`bind: ${bound.errno}`);
  const recv = libc.func("long recv(int, void *, size_t, int)");
  const bytes = Buffer.alloc(4096);
  return {
    read: () => {
      const length = Number(recv(fd, bytes, bytes.length, MSG_DONTWAIT));
      return length < 0 ? undefined : bytes.toString("utf8", 0, length);
    },
    close: () => closeSync(fd),
  };
}
