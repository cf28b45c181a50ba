import type { SensedEvent } from "../core/event.ts";
import { setTimeout as sleep } from "node:timers/promises";
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { evades, fileOf } from "./evasion.fixture.ts";

evades("a program under another name, a link or a relative path is the file that it is", async (e, target) => {
  const truth = fileOf(target);
  const sub = join(e.dir, "sub");
  mkdirSync(sub);
  symlinkSync(target, join(e.dir, "systemd"));
  linkSync(target, join(sub, "hard"));
  await e.run("plain", join(e.dir, "systemd"), "symlink");
  await e.run("plain", join(sub, "hard"), "hardlink");
  await e.command("../target", ["relative"], { cwd: sub });
  await e.run("fd", target, "proc-fd");
  const [symlink, hardlink, relative, fd] = [
    await e.exec("symlink"),
    await e.exec("hardlink"),
    await e.exec("relative"),
    await e.exec("proc-fd"),
  ];
  for (const exec of [symlink, hardlink, relative, fd]) assert.deepEqual(exec.exe, truth);
  assert.deepEqual(
    [symlink, hardlink, relative].map(({ path }) => path),
    [join(e.dir, "systemd"), join(sub, "hard"), "../target"],
  );
  assert.deepEqual(
    [symlink, hardlink, relative, fd].map(({ details }) => details?.exePath),
    [target, join(sub, "hard"), target, target],
  );
  assert.deepEqual([relative.details?.cwd, relative.details?.argv], [sub, ["../target", "relative"]]);
  // What argv[0] claims is only kept as what was claimed.
  assert.equal(symlink.details?.argv[0], "[kworker/0:0]");
  assert.deepEqual(symlink.details?.traits, { upperLayer: false, memfd: false, deleted: false });
});

evades("a copy under a trusted name has its own identity, not that of the name", async (e, target) => {
  const copy = join(e.dir, "sshd");
  copyFileSync(target, copy);
  await e.run("plain", target, "original");
  await e.run("plain", copy, "renamed");
  const [original, renamed] = [await e.exec("original"), await e.exec("renamed")];
  assert.deepEqual([original.exe, renamed.exe], [fileOf(target), fileOf(copy)]);
  assert.deepEqual([renamed.comm, renamed.details?.exePath], ["sshd", copy]);
});

evades("a name given by prctl and an overwritten argv[0] are told, and change no identity", async (e, target) => {
  const { pid } = await e.run("lie", target, "liar");
  const exec = await e.exec("liar");
  const name = e.events.find((event) => event.kind === "name" && event.process.pid === pid);
  assert.ok(name?.kind === "name");
  assert.deepEqual([name.comm, name.name], ["evader", "sshd"]);
  assert.deepEqual([exec.process.pid, exec.comm, exec.exe], [pid, "target", fileOf(target)]);
  // An exec gives a name as well, which is no news.
  assert.equal(e.events.filter((event) => event.kind === "name" && event.process.pid === pid).length, 1);
});

evades(
  "a bind mount in its own namespace shows the file that runs, and where it was run from",
  async (e, target, t) => {
    const disguise = join(e.dir, "disguise");
    writeFileSync(disguise, "");
    const { code } = await e.run("bind", disguise, "bound", target);
    if (code === 7) return t.skip("may not mount in a namespace of its own");
    const exec = await e.exec("bound");
    assert.deepEqual([exec.exe, exec.details?.exePath], [fileOf(target), disguise]);
  },
);

evades("a file of the upper layer of an overlay is told from one of its image", async (e, target, t) => {
  const [lower, upper, work, merged] = ["lower", "upper", "work", "merged"].map((name) => join(e.dir, name));
  assert.ok(lower && upper && work && merged);
  for (const dir of [lower, upper, work, merged]) mkdirSync(dir);
  copyFileSync(target, join(lower, "shipped"));
  copyFileSync(target, join(upper, "dropped"));
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  const { code } = await e.run("overlay", join(merged, "shipped"), "shipped", merged, options);
  if (code === 7) return t.skip("may not mount an overlay here");
  await e.run("overlay", join(merged, "dropped"), "dropped", merged, options);
  const [shipped, dropped] = [await e.exec("shipped"), await e.exec("dropped")];
  assert.deepEqual(
    [shipped, dropped].map(({ details }) => [details?.exePath, details?.traits.upperLayer]),
    [
      [join(merged, "shipped"), false],
      [join(merged, "dropped"), true],
    ],
  );
});

evades("a program in memory, or without a name any more, is told as such", async (e, target) => {
  const truth = fileOf(target);
  await e.run("memfd", target, "in-memory");
  await e.run("unlinked", target, "unlinked");
  const [memory, unlinked] = [await e.exec("in-memory"), await e.exec("unlinked")];
  assert.deepEqual(memory.details?.traits, { upperLayer: false, memfd: true, deleted: true });
  assert.equal(memory.details?.exePath, "/memfd:innocent");
  assert.notDeepEqual(memory.exe, truth);
  assert.deepEqual(unlinked.details?.traits, { upperLayer: false, memfd: false, deleted: true });
  assert.deepEqual([unlinked.exe, unlinked.details?.exePath], [truth, target]);
});

evades("of a script both are told: what was asked for, and what runs it", async (e) => {
  const script = join(e.dir, "script");
  writeFileSync(script, "#!/bin/sh -e\n:\n");
  chmodSync(script, 0o755);
  await e.run("plain", script, "scripted");
  for (let tries = 0; tries < 100 && !e.events.some((event) => event.kind === "exec" && event.path === script); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  const exec = e.events.find((event) => event.kind === "exec" && event.path === script);
  assert.ok(exec?.kind === "exec");
  assert.deepEqual(exec.exe, fileOf("/bin/sh"));
  assert.deepEqual([exec.details?.interpreter, exec.details?.argv], ["/bin/sh", ["/bin/sh", "-e", script, "scripted"]]);
});

evades("an over-long path keeps its end, over-long arguments their beginning, and both say so", async (e, target) => {
  const { code } = await e.run("deep", target, "deep", e.dir);
  assert.equal(code, 0);
  const deep = await e.exec("deep");
  assert.match(deep.details?.exePath ?? "", /^\.\.\.(\/d{200}){1,2}\/t$/);
  assert.match(deep.details?.cwd ?? "", /^\.\.\.(\/d{200})$/);
  assert.deepEqual([deep.path, deep.comm], ["./t", "t"]);
  assert.notEqual(deep.exe.ino, fileOf(target).ino);
  const long = Array.from({ length: 300 }, (_, at) => `argument-${at}`);
  const { pid } = await e.command(target, long.slice(0, 2));
  const cut = await e.command("/bin/true", long);
  const execs = (): (SensedEvent | undefined)[] =>
    [pid, cut.pid].map((each) => e.events.find((event) => event.kind === "exec" && event.process.pid === each));
  for (let tries = 0; tries < 1000 && execs().includes(undefined); tries++) await sleep(10);
  const [whole, most] = execs();
  assert.ok(whole?.kind === "exec" && most?.kind === "exec");
  assert.deepEqual([whole.details?.argv, whole.details?.argvCut], [[target, ...long.slice(0, 2)], false]);
  assert.equal(most.details?.argvCut, true);
  const kept = most.details?.argv.slice(1, -1) ?? [];
  assert.ok(kept.length > 50);
  assert.deepEqual(kept, long.slice(0, kept.length));
});

evades("bytes that are no text, or would steer a terminal, come out as escapes", async (e, target) => {
  const raw = Buffer.concat([Buffer.from(`${e.dir}/\x1b]0;owned\x07\x1b[2J`), Buffer.from([0xff, 0xc0, 0x80, 0x0a])]);
  linkSync(target, raw);
  const shell = join(e.dir, "run.sh");
  writeFileSync(shell, Buffer.concat([Buffer.from("exec '"), raw, Buffer.from("' 'wild'\n")]));
  await e.command("/bin/sh", [shell]);
  const exec = await e.exec("wild");
  assert.deepEqual(exec.exe, fileOf(target));
  for (const text of [exec.path, exec.comm, exec.details?.exePath ?? "", ...(exec.details?.argv ?? [])])
    assert.match(text, /^[\x20-\x7e]+$/);
  assert.match(exec.path, /\\x1b\]0;owned\\x07\\x1b\[2J/);
});

evades("credentials, session and folder are those that procfs shows", async (e, target) => {
  await e.run("plain", target, "who");
  const { details, uid } = await e.exec("who");
  const status = readFileSync("/proc/self/status", "utf8");
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  const [ruid, euid, suid] = field("Uid").split(/\s+/).map(Number);
  assert.deepEqual([uid, details?.credentials.euid, details?.credentials.suid], [ruid, euid, suid]);
  const caps = details?.credentials.caps;
  assert.deepEqual(
    [caps?.effective, caps?.permitted, caps?.inheritable],
    ["CapEff", "CapPrm", "CapInh"].map((name) => Number.parseInt(field(name), 16)),
  );
  assert.equal(details?.credentials.loginUid, Number(readFileSync("/proc/self/loginuid", "utf8")));
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  assert.deepEqual([details?.sid, details?.tty], [Number(fields[3]), Number(fields[4])]);
  assert.equal(details?.cwd, process.cwd());
});
