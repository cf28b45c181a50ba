import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { BpfExecRefusal } from "./exec-refusal.ts";
import { fileOf, kernelDevice } from "./file-ref.ts";

/*
 * In a mount namespace of its own: an overlay of two file systems, and how often a program on it runs in a group although
 * it is refused. Arguments: an empty folder, the group's directory. Prints what stat(2) and fileOf call the
 * device, and how the program ended; "" where it ran.
 */
const [, , folder = "", dir = ""] = process.argv;

const mount = (type: string, options: string, at: string): void => {
  const { status } = spawnSync("mount", ["-t", type, "-o", options, "none", at], { stdio: "ignore" });
  if (status !== 0) process.exit(2);
};
const [lower, top, merged] = ["lower", "top", "merged"].map((name) => join(folder, name)) as [string, string, string];
for (const each of [lower, top, merged]) mkdirSync(each);
copyFileSync("/bin/true", join(lower, "program"));
mount("tmpfs", "size=1m", top);
for (const each of ["upper", "work"]) mkdirSync(join(top, each));
mount("overlay", `lowerdir=${lower},upperdir=${top}/upper,workdir=${top}/work`, merged);

const file = join(merged, "program");
const ref = fileOf(file);
const group = { id: statSync(dir).ino, dir, path: dir.slice(dir.lastIndexOf("/")) };
const refusal = new BpfExecRefusal("refuse_by_signal");
const set = refusal.set(group, ref === undefined ? [] : [ref]);
const run = spawnSync("sh", ["-c", `echo $$ > ${dir}/cgroup.procs && exec ${file}`], { timeout: 5000 });
refusal.set(group, []);
const { dev } = statSync(file, { bigint: true });
process.stdout.write(JSON.stringify({ ok: set.ok, stat: kernelDevice(dev), ref: ref?.dev, ended: run.signal ?? "" }));
