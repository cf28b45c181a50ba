import type { Scenario } from "./scenario.fixture.ts";

export const NETWORK: readonly Scenario[] = [
  {
    does: `syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);`,
    told: [
      {
        kind: "socket",
        call: "socket",
        args: [2, 1, 0, 0, 0, 0],
        fd: { type: "socket", path: "", socket: { family: "ipv4", type: 1, protocol: 6, path: "" } },
      },
    ],
  },
  {
    does: `int p[2]; socketpair(AF_UNIX, SOCK_DGRAM, 0, p);`,
    told: [{ kind: "socket", call: "socketpair", result: 0 }],
  },
  {
    does: `int s = tcp(), c = socket(AF_INET, SOCK_STREAM, 0); connect(c, (void *)&at, sizeof(at)); close(s);`,
    told: [
      {
        kind: "connected",
        call: "connect",
        result: 0,
        address: { address: "127.0.0.1" },
        fd: { socket: { remote: { address: "127.0.0.1" }, local: { address: "127.0.0.1" } } },
      },
    ],
  },
  {
    does: `int c = socket(AF_INET6, SOCK_STREAM, 0); struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(1) }; a.sin6_addr.s6_addr[15] = 1; connect(c, (void *)&a, sizeof(a));`,
    told: [
      { kind: "connected", result: -111, address: { address: "::1", port: 1 }, fd: { socket: { family: "ipv6" } } },
    ],
  },
  {
    does: `int c = socket(AF_UNIX, SOCK_STREAM, 0); struct sockaddr_un a = { AF_UNIX, "/run/none" }; connect(c, (void *)&a, sizeof(a));`,
    told: [
      { kind: "connected", result: -2, address: { address: "/run/none", port: 0 }, fd: { socket: { family: "unix" } } },
    ],
  },
  {
    does: `int s = socket(AF_UNIX, SOCK_STREAM, 0); struct sockaddr_un a = { AF_UNIX, "\\0swarms-test" }; bind(s, (void *)&a, 14); listen(s, 3);`,
    told: [
      { kind: "bind", address: { address: "@swarms-test" }, fd: { socket: { path: "@swarms-test" } } },
      { kind: "listen", args: [3, 3, 0, 0, 0, 0], fd: { socket: { path: "@swarms-test" } } },
    ],
  },
  {
    does: `int s = tcp(), c = socket(AF_INET, SOCK_STREAM, 0); connect(c, (void *)&at, sizeof(at)); syscall(SYS_accept4, s, 0, 0, 0); fcntl(s, F_SETFL, O_NONBLOCK); accept(s, 0, 0);`,
    told: [
      { kind: "bind", call: "bind", address: { address: "127.0.0.1", port: 0 } },
      { kind: "listen" },
      {
        kind: "accept",
        call: "accept4",
        result: 5,
        fd: { number: 5, socket: { family: "ipv4", remote: { address: "127.0.0.1" } } },
      },
    ],
  },
  {
    does: `int u = socket(AF_INET, SOCK_DGRAM, 0); at.sin_port = htons(9); sendto(u, "x", 1, 0, (void *)&at, sizeof(at)); connect(u, (void *)&at, sizeof(at)); send(u, "x", 1, 0);`,
    told: [
      {
        kind: "send",
        call: "sendto",
        result: 1,
        address: { address: "127.0.0.1", port: 9 },
        fd: { socket: { protocol: 17 } },
      },
    ],
  },
  {
    does: `int u = socket(AF_INET, SOCK_DGRAM, 0); at.sin_port = htons(9); struct mmsghdr m = { { &at, sizeof(at), 0, 0, 0, 0, 0 }, 0 }; sendmsg(u, &m.msg_hdr, 0); sendmmsg(u, &m, 1, 0);`,
    told: [
      { kind: "send", call: "sendmsg", address: { address: "127.0.0.1", port: 9 } },
      { kind: "send", call: "sendmmsg", address: { port: 9 } },
    ],
  },
  {
    does: `int u = socket(AF_INET, SOCK_DGRAM, 0); at.sin_addr.s_addr = htonl(0x7f4d0001); at.sin_port = htons(47123); bind(u, (void *)&at, sizeof(at));`,
    told: [{ kind: "bind", result: 0, fd: { socket: { local: { address: "127.77.0.1", port: 47123 } } } }],
  },
  {
    does: `int u = socket(AF_INET6, SOCK_DGRAM, 0); struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(9) }; a.sin6_addr.s6_addr[15] = 1; connect(u, (void *)&a, sizeof(a));`,
    told: [
      {
        kind: "connected",
        result: 0,
        fd: { socket: { family: "ipv6", remote: { address: "::1", port: 9 }, local: { address: "::1" } } },
      },
    ],
  },
];
