import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isWithin, parseNetwork } from "./addresses.ts";
import { call, executed, holds, opened } from "./facts.fixture.ts";
import { globMatcher, prefixMatcher } from "./glob.ts";
import { getopt } from "./transform.ts";

const SHADOW = opened("/etc/shadow");
const CONNECT = call("connect", {
  kind: "connected",
  args: [4, 0, 16, 0, 0, 0],
  fd: {
    number: 4,
    type: "socket",
    path: "",
    file: { dev: 8, ino: 9 },
    mode: 0,
    traits: { upperLayer: false, memfd: false, deleted: false },
    socket: {
      family: "ipv4",
      type: 1,
      protocol: 6,
      path: "",
      local: { address: "10.0.0.5", port: 40000 },
      remote: { address: "203.0.113.9", port: 443 },
    },
  },
  address: { address: "203.0.113.9", port: 443 },
});

const TRUE: readonly (readonly [condition: string, event?: typeof SHADOW | ReturnType<typeof executed>])[] = [
  ["evt.type = openat and fd.name = /etc/shadow and fd.directory = /etc and fd.filename = shadow"],
  ["fd.typechar = 'f' and fd.num >= 0 and fd.num = 0x3 and fd.num in (1, 3)"],
  ["evt.is_open_read = true and not evt.is_open_write=true and evt.arg.flags contains O_RDONLY"],
  ["proc.name = cat and proc.pname = bash and proc.aname = sshd and proc.aname[2] = sshd and proc.aname[0]=cat"],
  ["proc.aname in (x, sshd) and not proc.aname in (x, y) and proc.aname != bash and proc.aname startswith ss"],
  ['proc.cmdline = "cat /etc/shadow" and proc.args contains shadow and proc.exe = cat and proc.cmdnargs = 1'],
  ["proc.cwd = /root/ and proc.tty != 0 and user.name = root and user.uid=0 and user.loginuid = 1000"],
  ["container.id = host and not container.labels exists and not container.labels = x and not container.labels != x"],
  ["proc.duration <= 5000000000 and proc.duration > 900000000"],
  ["thread.cap_effective contains CAP_SYS_ADMIN and thread.cap_effective icontains sys_admin"],
  ["fd.name glob '/etc/sh*' and fd.name glob '*' and fd.name iglob '/ETC/*' and not fd.name glob 'shadow'"],
  ["fd.name regex '/etc/(shadow|passwd)' and not fd.name regex 'shadow' and fd.name regex '.*shadow'"],
  ["fd.name pmatch (/etc, /var) and fd.name pmatch (/e*) and not fd.name pmatch (/etc/sh, /et)"],
  ["fd.name bcontains 736861 and fd.name bstartswith 2f65"],
  ["toupper(proc.name) = CAT and len(proc.name) = 3 and basename(fd.name) = shadow and tolower(proc.name) in (cat)"],
  ["proc.name = val(proc.name) and proc.name != val(proc.pname) and tolower(proc.name) = tolower(proc.name)"],
  ["concat(proc.name, '-', proc.pname) = cat-bash and join('/', proc.aname) = bash/sshd"],
  ["proc.apid = 20 and proc.apid in (10, 7) and proc.apid[1] = 20 and not proc.apid = 30"],
  ["fd.types[3] = file and fd.types intersects (file, pipe) and not fd.types[4] exists and fd.types in (file)"],
  ["evt.count = 1 and evt.count.exit = 1 and not evt.count.error exists and evt.is_async = false"],
  ["not evt.io_dir exists and not evt.latency.s exists and not thread.cgroup.cpu exists and not syslog.severity > 0"],
  ["evt.abspath = /etc/shadow and not evt.abspath.src exists"],
  ["evt.dir = < and not evt.dir = >"],
  ["proc.cmdline startswith anyof (x, cat) and proc.cmdline contains allof (cat, shadow)"],
  ["proc.cmdline contains oneof (cat, dog) and not proc.cmdline contains oneof (cat, shadow)"],
  [
    'fd.sip = 203.0.113.9 and fd.sport = 443 and fd.lport=40000 and fd.l4proto = tcp and fd.typechar = 4 and fd.type in ("ipv4", "ipv6")',
    CONNECT,
  ],
  [
    'fd.ip = 10.0.0.5 and fd.ip != 10.0.0.6 and not fd.ip != 10.0.0.5 and fd.snet != 10.0.0.0/8 and fd.cnet in ("10.0.0.0/8", 172.16.0.0/12)',
    CONNECT,
  ],
  [
    'fd.net = 203.0.0.0/8 and fd.name = "10.0.0.5:40000->203.0.113.9:443" and fd.connected = true and fd.port in (443)',
    CONNECT,
  ],
  [
    "evt.arg.request contains PTRACE_ATTACH and evt.arg[1] = PTRACE_ATTACH",
    call("ptrace", { args: [16, 7, 0, 0, 0, 0] }),
  ],
  [
    "evt.arg.target = /etc/shadow and evt.arg.linkpath = /tmp/l and fs.path.target = /etc/shadow",
    call("symlink", { kind: "symlink", path: "/etc/shadow", path2: "/tmp/l" }),
  ],
  [
    "evt.res = EACCES and evt.rawres < 0 and evt.failed = true and fd.num = -1 and fd.typechar = f",
    opened("/etc/shadow", { kind: "open.failed", result: -13 }),
  ],
  [
    "evt.type in (execve, execveat) and evt.arg.flags = EXE_WRITABLE and proc.exe_ino.ctime_duration_proc_start = 4500000000",
    executed(),
  ],
];

test("operators, transformers and fields hold where they should", () => {
  for (const [condition, event] of TRUE) {
    const parts = condition.split(/ and (?=[^(]*(?:\(|$))/);
    for (const part of [condition, ...parts.filter((each) => !/^\(|\)$/.test(each) || each.includes("("))])
      assert.equal(holds(part, event ?? SHADOW), true, part);
  }
});

test("a field without a value meets no comparison, not even !=", () => {
  for (const condition of [
    "container.labels = x",
    "container.labels != x",
    "container.labels in (x)",
    "fd.sport >= 0",
    "container.labels exists",
  ])
    assert.equal(holds(condition), false, condition);
});

test("modes of chmod and its like are told by the names of their bits, those of open in digits", () => {
  const chmod = call("fchmodat", { args: [0, 0, 0o4755, 0, 0, 0] });
  assert.ok(holds("evt.arg.mode contains S_ISUID and evt.arg.mode contains S_IXOTH", chmod));
  assert.ok(!holds("evt.arg.mode contains S_ISGID or evt.arg.mode contains S_IWOTH", chmod));
  assert.ok(holds("evt.arg.mode = 0", call("chmod", {})));
  assert.ok(holds("evt.arg.mode = 0644", opened("/x", { args: [0, 0, 0, 0o644, 0, 0] })));
});

test("patterns that ruin backtracking matchers take no time", () => {
  const text = `${"a".repeat(30_000)}b`;
  assert.equal(globMatcher(`${"*a".repeat(500)}c`)(text), false);
  assert.equal(
    holds("proc.args regex '(a+)+$'", executed({ details: { ...executed().details!, argv: ["x", text] } })),
    false,
  );
});

test("a port that may be either end's differs where neither is it", () => {
  for (const condition of ["fd.port != 22", "fd.port = 443", "fd.port = 40000", "fd.port > 40", "not fd.port in (22)"])
    assert.ok(holds(condition, CONNECT), condition);
  for (const condition of ["fd.port != 443", "fd.port != 40000", "not fd.port in (443)", "fd.port = 22"])
    assert.ok(!holds(condition, CONNECT), condition);
});

test("glob is what a slow and plain matcher says", () => {
  const slow = (pattern: string, text: string): boolean => {
    if (pattern === "") return text === "";
    if (pattern.startsWith("*")) return slow(pattern.slice(1), text) || (text !== "" && slow(pattern, text.slice(1)));
    return text !== "" && (pattern.startsWith("?") || pattern[0] === text[0]) && slow(pattern.slice(1), text.slice(1));
  };
  const chars = (of: string): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...of), maxLength: 8 });
  fc.assert(
    fc.property(chars("ab*?/"), chars("ab/"), (pattern, text) => globMatcher(pattern)(text) === slow(pattern, text)),
    { numRuns: 3000 },
  );
  for (const [pattern, text, expected] of [
    ["[a-c]x", "bx", true],
    ["[!a]x", "ax", false],
    ["[]]", "]", true],
    ["[a", "[a", true],
    ["[[:digit:]]*", "7z", true],
    ["\\*", "*", true],
    ["\\*", "a", false],
  ] as const)
    assert.equal(globMatcher(pattern)(text), expected, pattern);
});

test("pmatch goes by parts of the path", () => {
  const matcher = prefixMatcher(["/var/run", "/tmp/*/x", "/opt/"]);
  for (const path of ["/var/run", "/var/run/a/b", "/tmp/y/x", "/tmp/y/x/z", "/opt/a", "/opt"])
    assert.equal(matcher(path), true, path);
  for (const path of ["/var", "/var/runner", "/tmp/x", "/tmp/a/b/x", ""]) assert.equal(matcher(path), false, path);
  assert.equal(prefixMatcher(["/"])("/etc"), true);
});

test("addresses lie in networks by their bits", () => {
  const within = (address: string, network: string): boolean => {
    const parsed = parseNetwork(network);
    return parsed !== undefined && isWithin(address, parsed);
  };
  for (const [address, network] of [
    ["10.255.0.1", "10.0.0.0/8"],
    ["172.31.1.1", "172.16.0.0/12"],
    ["::ffff:10.0.0.1", "10.0.0.0/8"],
    ["fe80::1", "fe80::/10"],
    ["1.2.3.4", "0.0.0.0/0"],
    ["::1", "::1"],
  ] as const)
    assert.ok(within(address, network), `${address} ${network}`);
  for (const [address, network] of [
    ["11.0.0.1", "10.0.0.0/8"],
    ["172.32.0.1", "172.16.0.0/12"],
    ["::1", "0.0.0.0/0"],
    ["x", "::/0"],
  ] as const)
    assert.ok(!within(address, network), `${address} ${network}`);
  for (const text of ["10.0.0.0/33", "10.0.0/8", "a", "1.2.3.4/a", "::/129", "1.2.3.4/8/8"])
    assert.equal(parseNetwork(text), undefined, text);
});

test("getopt reads options as getopt(3)", () => {
  assert.deepEqual(
    [...getopt(["-nt", "5", "-e/bin/sh", "host", "-v", "--", "-x"], "nt:e:vx")],
    [
      ["n", ""],
      ["t", "5"],
      ["e", "/bin/sh"],
      ["v", ""],
    ],
  );
});
