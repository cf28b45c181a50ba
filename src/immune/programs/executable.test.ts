import assert from "node:assert/strict";
import { test } from "node:test";
import { executableId, isSystemPath, placeOf, programName } from "./executable.ts";
import { builderAt } from "./builders.ts";
import { addressClass } from "../evidence/network/address-class.ts";

test("an executable is its cleaned path; a relative one is its file; numbers outside system folders are masked", () => {
  const cases = [
    ["/usr/bin/date", "/bin/date"],
    ["/bin/date", "/bin/date"],
    ["/usr/bin/../../tmp/date", "/tmp/date"],
    ["/usr/bin/python3.11", "/bin/python3.11"],
    ["/usr/local/bin/x", "/usr/local/bin/x"],
    ["/tmp/go-build123/b001/x.test", "/tmp/go-build*/b*/x.test"],
    ["/var/lib/pods/0a1b2c3d4e5f/run", "/var/lib/pods/*/run"],
    ["./date", "date f:1:2"],
    ["date", "date f:1:2"],
    ["", "f:1:2"],
    ["/tmp/\u001b[2Jx", "/tmp/\\x1b[*Jx"],
  ] as const;
  for (const [path, id] of cases) assert.equal(executableId(path, "f:1:2"), id, path);
});

test("a path that climbs out of a system folder is not in it", () => {
  assert.equal(isSystemPath("/usr/bin/x"), true);
  assert.equal(isSystemPath("/usr/../tmp/x"), false);
  assert.equal(isSystemPath("usr/bin/x"), false);
  assert.equal(isSystemPath("/usrx/bin"), false);
});

test("a place is its cgroup without numbers, or the inode where nothing better is known", () => {
  assert.equal(placeOf("/user.slice/user-1000.slice/session-12.scope", 7), "/user.slice/user-*.slice/session-*.scope");
  assert.equal(placeOf("", 7), "#7");
});

test("builders are known with their version, and trusted less outside the system folders", () => {
  assert.deepEqual(builderAt("/usr/bin/gcc-12"), { name: "gcc-12", what: "compiler", factor: 0.25 });
  assert.equal(builderAt("/usr/bin/x86_64-linux-gnu-gcc"), undefined);
  assert.equal(builderAt("/tmp/make")?.factor, 0.6);
  assert.equal(builderAt("/tmp/constructor"), undefined);
  assert.equal(builderAt("/usr/bin/makeup"), undefined);
});

test("addresses fall into their class, also mapped and odd ones", () => {
  const cases = [
    ["127.0.0.1", "loopback"],
    ["0.0.0.0", "loopback"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.9", "loopback"],
    ["10.1.2.3", "private"],
    ["172.31.0.1", "private"],
    ["172.32.0.1", "public"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["169.254.1.1", "link-local"],
    ["169.254.169.254", "metadata"],
    ["224.0.0.251", "multicast"],
    ["8.8.8.8", "public"],
    ["fe80::1", "link-local"],
    ["fd12::1", "private"],
    ["ff02::fb", "multicast"],
    ["2001:db8::1", "public"],
    ["nonsense", "public"],
  ] as const;
  for (const [address, expected] of cases) assert.equal(addressClass(address), expected, address);
});

test("a program's name is that of its file; where the path is a link of procfs or unknown, what it calls itself", () => {
  const cases = [
    ["/usr/bin/node", "node-MainThread", "node"],
    ["/usr/bin/python3.11 (deleted)", "worker", "python3.11"],
    ["/proc/self/exe", "runc:[2:INIT]", "runc:[2:INIT]"],
    ["/dev/fd/3", "3", "3"],
    ["", "kworker", "kworker"],
    ["", "", "a process"],
  ] as const;
  for (const [path, comm, name] of cases) assert.equal(programName(path, comm), name);
});
