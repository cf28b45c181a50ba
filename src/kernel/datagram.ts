import { failed, ok, type Result } from "../core/errors.ts";
import { checked, loadLibc } from "./syscall.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const MSG_NOSIGNAL = 0x4000;
/** sun_path of sockaddr_un, after the two bytes of the family (unix(7)). */
const PATH_BYTES = 108;

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  ECONNREFUSED: "nobody listens there",
  EAGAIN: "nobody reads it",
  EMSGSIZE: "too long for one datagram",
};

type Call = (...args: readonly (number | Buffer)[]) => number | bigint;

/** Sends datagrams to a unix socket by its path, and never waits: EAGAIN where nobody reads. Node has no such socket. */
export interface DatagramSender {
  /** SW-OUTPUT, with the system's error as its words. */
  send(path: string, bytes: Buffer): Result<void>;
  close(): void;
}

export function openDatagramSender(): DatagramSender {
  const libc = loadLibc();
  const sendto = libc.func("long sendto(int, const void *, size_t, int, const void *, unsigned int)") as Call;
  const socket = libc.func("int socket(int, int, int)") as Call;
  const close = libc.func("int close(int)") as Call;
  const fd = Number(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return {
    send: (path, bytes) => {
      const name = Buffer.from(path);
      if (fd < 0 || name.length >= PATH_BYTES) return failed("SW-OUTPUT", `${path} cannot be a socket's path`);
      const family = Buffer.alloc(2);
      family.writeUInt16LE(AF_UNIX);
      const address = Buffer.concat([family, name, Buffer.alloc(1)]);
      const sent = checked(Number(sendto(fd, bytes, bytes.length, MSG_NOSIGNAL, address, address.length)));
      return sent.ok ? ok(undefined) : failed("SW-OUTPUT", `${path}: ${WORDS[sent.errno] ?? sent.errno}`);
    },
    close: () => void (fd >= 0 && close(fd)),
  };
}
