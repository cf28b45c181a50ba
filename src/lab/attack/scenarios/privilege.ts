import { scenarios, WWW_DATA } from "../scenario.ts";

const JUMP = ["T1548", "T1548.001", "T1068"] as const;
const ESCAPE = ["T1611", "T1610", "T1068"] as const;
const INJECT = ["T1055", "T1055.008", "T1055.009"] as const;

/** More rights than were given, and the way out of a container. */
export const PRIVILEGE = scenarios([
  {
    id: "privilege.setuid-copy",
    title: "www-data runs a setuid copy of a shell that lies in /var/tmp",
    techniques: JUMP,
    uid: WWW_DATA,
    prepare: "cp /bin/bash /var/tmp/.sh; chmod 4755 /var/tmp/.sh",
    quick: true,
    script: "act; /var/tmp/.sh -p -c 'id; cat /etc/shadow; sleep 0.5'",
  },
  {
    id: "privilege.setuid-make",
    title: "root's own process leaves a setuid shell for later",
    techniques: [...JUMP, "T1222", "T1222.002"],
    script: "act; cp /bin/bash /tmp/rootsh; chmod u+s /tmp/rootsh; sleep 0.5",
  },
  {
    id: "privilege.capabilities",
    title: "a copy of python with the capability to become anybody",
    techniques: JUMP,
    uid: WWW_DATA,
    needs: ["python3", "setcap"],
    prepare: "cp $(readlink -f /usr/bin/python3) /var/tmp/py; setcap cap_setuid+ep /var/tmp/py",
    script: "act; /var/tmp/py -c 'import os,time; os.setuid(0); open(\"/etc/shadow\").read(); time.sleep(0.5)'",
  },
  {
    id: "privilege.userns",
    title: "a user namespace in which one is root, and mounts in it",
    techniques: [...JUMP, ...ESCAPE],
    uid: WWW_DATA,
    needs: ["unshare"],
    script: "act; unshare --user --map-root-user --mount sh -c 'mount -t tmpfs x /srv; id; cat /etc/shadow; sleep 0.5'",
  },
  {
    id: "escape.nsenter",
    title: "enters the namespaces of the first process",
    techniques: ESCAPE,
    from: "container",
    needs: ["nsenter"],
    // The host's mounts: nothing is done there.
    script: "act; nsenter --target 1 --mount --uts --ipc --net --pid -- /bin/true; sleep 0.5",
  },
  {
    id: "escape.release-agent",
    title: "unshare, mount of a control group hierarchy, a release agent",
    techniques: ESCAPE,
    from: "container",
    needs: ["unshare"],
    script:
      "act; mkdir -p $HOOD/cg; unshare --mount sh -c 'mount -t tmpfs cgroup '$HOOD'/cg; mkdir '$HOOD'/cg/x; echo 1 > '$HOOD'/cg/x/notify_on_release; echo /cmd > '$HOOD'/cg/release_agent; sleep 0.5'",
  },
  {
    id: "escape.core-pattern",
    title: "writes the kernel's core pattern and looks through /proc/1/root",
    techniques: ESCAPE,
    from: "container",
    script:
      "act; ls /proc/1/root/ > /dev/null; cat /proc/1/root/etc/hostname; echo '|/tmp/x' > /proc/sys/kernel/core_pattern; sleep 0.5",
  },
  {
    id: "escape.devices",
    title: "makes a device node and mounts, looks at docker's socket and the disks",
    techniques: ESCAPE,
    from: "container",
    variant: "scripted",
    needs: ["python3"],
    script: `act; python3 -c 'import ctypes,os,socket,time
l=ctypes.CDLL(None)
for d in ("/dev/vda","/dev/sda","/dev/nvme0n1"):
  try: os.close(os.open(d,os.O_RDONLY))
  except OSError: pass
h=os.environ["HOOD"].encode()
l.mount(b"/dev/vda-not-there",h,b"ext4",0,None); l.unshare(0x20000); l.mount(b"x",h,b"tmpfs",0,None)
try: socket.socket(socket.AF_UNIX).connect("/run/docker.sock")
except OSError: pass
time.sleep(0.5)'`,
  },
  {
    id: "inject.ptrace",
    title: "attaches to another process of the same user",
    techniques: INJECT,
    variant: "scripted",
    needs: ["python3"],
    script: `sleep 5 & act; python3 -c 'import ctypes,os,sys,time
l=ctypes.CDLL(None); p=int(sys.argv[1])
l.ptrace(16,p,0,0); os.waitpid(p,0x40000000); l.ptrace(4,p,0,0); l.ptrace(17,p,0,0)
open("/proc/%d/mem"%p,"rb").close(); time.sleep(0.5)' $!`,
  },
  {
    id: "inject.gdb",
    title: "a debugger attached to the server itself",
    techniques: INJECT,
    needs: ["gdb"],
    seconds: 15,
    script: "sleep 8 & act; gdb -q -batch -nx -p $! -ex detach; sleep 0.5",
  },
  {
    id: "inject.preload",
    title: "a library pressed on a program by LD_PRELOAD",
    techniques: ["T1574", "T1574.006", "T1055"],
    needs: ["cc"],
    prepare: "echo 'int swarms_stand_in;' | cc -shared -o $HOOD/lib.so -x c -",
    script:
      "act; cp $HOOD/lib.so /tmp/libsys.so; LD_PRELOAD=/tmp/libsys.so id; LD_PRELOAD=/tmp/libsys.so ls / ; sleep 0.5",
  },
]);
