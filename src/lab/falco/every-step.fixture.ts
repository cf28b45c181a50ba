/** One rule for every call that a step or a resource can make, and what a chain of processes looks like. */
export const RULES = `
- rule: Link made
  desc: a link
  condition: evt.type in (symlink, symlinkat, link, linkat) and proc.name startswith k_
  output: link by %proc.name at %evt.type to %evt.arg.target
  priority: INFO
- rule: File opened
  desc: a file
  condition: evt.type in (open, openat, openat2) and proc.name startswith k_
  output: "%evt.type %fd.name %evt.arg.flags by %proc.name of %proc.pname %proc.cmdline %user.name"
  priority: NOTICE
- rule: Process traced
  desc: a process is attached to
  condition: evt.type = ptrace and proc.name startswith k_
  output: "%proc.name %evt.arg.request"
  priority: WARNING
- rule: Descriptor copied
  desc: onto the standard ones
  condition: evt.type in (dup, dup2, dup3) and proc.name startswith k_
  output: "%evt.type %fd.num %fd.type by %proc.name"
  priority: NOTICE
- rule: Connected
  desc: by a socket
  condition: evt.type = connect and proc.name startswith k_
  output: "%fd.name %fd.l4proto %fd.sport by %proc.name"
  priority: NOTICE
- rule: Sent
  desc: by a socket
  condition: evt.type = sendto and proc.name startswith k_
  output: "%fd.l4proto %proc.name"
  priority: NOTICE
- rule: Module loaded
  desc: a module
  condition: evt.type in (init_module, finit_module) and proc.name startswith k_
  output: "%evt.type %proc.name"
  priority: CRITICAL
- rule: Socket made
  desc: a socket
  condition: evt.type = socket and proc.name startswith k_
  output: "%evt.arg.domain %evt.arg.type by %proc.name"
  priority: DEBUG
- rule: Run in a container
  desc: in a group that is named as a container's
  condition: evt.type in (execve, execveat) and container.id != host and proc.name startswith k_
  output: "%proc.name %proc.args %proc.env[K_ENV]"
  priority: WARNING
`;

const files = (name: string): string => `    runner: HostRunner
    context: { processes: [{ name: ${name} }] }
`;

/** Each case is passed where the call it is about has been made and seen. */
export const SUITE = `
tests:
  - name: opened
    rule: File opened
    runIf: %{ item.runIf }
    runner: HostRunner
    context:
      processes:
        - name: k_outer
        - { name: k_inner, exe: other, args: "-x 'two words'", user: nobody }
    before: mkdir -p /tmp/k && echo > /tmp/k/file && chmod 666 /tmp/k/file
    after: rm -r /tmp/k
    steps:
      - { name: op, type: syscall, syscall: %{ item.call }, args: %{ item.args } }
    expectedOutcome:
      source: syscall
      priority: Notice
      outputFields: { fd.name: /tmp/k/file, proc.name: k_inner, proc.pname: k_outer, proc.cmdline: "k_inner -x two words", user.name: nobody }
    cases:
      - { strategy: vector, values: { runIf: { arch: { op: ne, val: arm64 } }, call: open, args: { pathname: /tmp/k/file, flags: O_RDONLY } } }
      - { strategy: vector, values: { runIf: null, call: openat, args: { pathname: /tmp/k/file, flags: O_RDONLY|O_CLOEXEC } } }
      - { strategy: vector, values: { runIf: null, call: openat2, args: { pathname: /tmp/k/file, how: { flags: O_WRONLY, resolve: RESOLVE_NO_MAGICLINKS } } } }
  - name: elsewhere
    rule: File opened
    runIf: { arch: { op: eq, val: arm64 } }
${files("k_arm")}
  - name: by_folder
    rule: File opened
${files("k_folder")}    resources: [{ type: fd, name: dir, subtype: directory, dirPath: /tmp/k_dir }]
    steps:
      - { name: op, type: syscall, syscall: openat, args: { dirFd: "\${dir.fd}", pathname: new, flags: O_RDWR|O_CREAT, mode: 0600 } }
      - { name: w, type: syscall, syscall: write, args: { fd: "\${op.ret}", buffer: hello } }
      - { name: r, type: syscall, syscall: read, args: { fd: "\${op.ret}", len: 16 } }
    expectedOutcome: { outputFields: { fd.name: /tmp/k_dir/new } }
  - name: linked
    rule: Link made
${files("k_link")}    resources: [{ type: fd, name: f, subtype: file, filePath: /tmp/k_linked }]
    after: rm -f /tmp/k_new
    steps: [{ name: op, type: syscall, syscall: %{ item.call }, args: %{ item.args } }]
    expectedOutcome: { priority: informational, outputFields: { evt.type: %{ item.call } } }
    cases:
      - { strategy: vector, values: { call: symlink, args: { target: /tmp/k_linked, linkPath: /tmp/k_new } } }
      - { strategy: vector, values: { call: symlinkat, args: { target: /tmp/k_linked, linkPath: /tmp/k_new } } }
      - { strategy: vector, values: { call: link, args: { oldPath: /tmp/k_linked, newPath: /tmp/k_new } } }
      - { strategy: vector, values: { call: linkat, args: { oldPath: /tmp/k_linked, newPath: /tmp/k_new, flags: 0 } } }
  - name: traced
    rule: Process traced
${files("k_trace")}    resources: [{ type: process, name: p, fileLess: true }]
    steps:
      - { name: k, type: syscall, syscall: kill, args: { pid: "\${p.pid}", sig: SIGSTOP } }
      - { name: op, type: syscall, syscall: ptrace, args: { request: PTRACE_ATTACH, pid: "\${p.pid}" } }
    expectedOutcome: { priority: WARNING }
  - name: copied
    rule: Descriptor copied
${files("k_dup")}    resources: [{ type: clientServer, name: cs, l4Proto: %{ item.proto }, address: %{ item.address } }]
    # Copies are told of where they become a standard descriptor.
    steps:
      - { name: d, type: syscall, syscall: dup, args: { oldFd: "\${cs.client.fd}" } }
      - { name: op, type: syscall, syscall: %{ item.call }, args: %{ item.args } }
    expectedOutcome: { outputFields: { evt.type: %{ item.call }, fd.type: %{ item.type } } }
    cases:
      - { strategy: vector, values: { proto: unix, address: "", type: unix, call: dup2, args: { oldFd: "\${d.ret}", newFd: 0 } } }
      - { strategy: vector, values: { proto: tcp4, address: "198.51.100.7:81", type: ipv4, call: dup2, args: { oldFd: "\${cs.client.fd}", newFd: 1 } } }
      - { strategy: vector, values: { proto: tcp6, address: "[2001:db8::7]:82", type: ipv6, call: dup3, args: { oldFd: "\${cs.client.fd}", newFd: 2, flags: O_CLOEXEC } } }
  - name: connected
    rule: Connected
${files("k_connect")}    resources: [{ type: clientServer, name: cs, l4Proto: tcp4, address: "198.51.100.7:83" }]
    expectedOutcome: { outputFields: { fd.l4proto: tcp, fd.sport: "83" } }
  - name: made_and_connected
    rule: Connected
${files("k_sock")}    resources: [{ type: clientServer, name: cs, l4Proto: udp4, address: "198.51.100.7:84" }]
    steps:
      - { name: s, type: syscall, syscall: socket, args: { domain: AF_INET, type: SOCK_DGRAM|SOCK_CLOEXEC, protocol: IPPROTO_UDP } }
      - { name: c, type: syscall, syscall: connect, args: { fd: "\${s.ret}", address: "198.51.100.7:84" } }
    expectedOutcome: { outputFields: { fd.l4proto: udp } }
  - name: sent
    rule: Sent
${files("k_send")}    resources: [{ type: clientServer, name: cs, l4Proto: udp4, address: "198.51.100.7:85" }]
    steps: [{ name: op, type: syscall, syscall: sendto, args: { fd: "\${cs.client.fd}", buf: hello, flags: 0, address: "198.51.100.7:85" } }]
    expectedOutcome: { outputFields: { fd.l4proto: udp } }
  - name: socket
    rule: Socket made
${files("k_socket")}    steps: [{ name: op, type: syscall, syscall: socket, args: { domain: AF_INET, type: SOCK_STREAM, protocol: 0 } }]
    expectedOutcome: { priority: DEBUG }
  - name: module
    rule: Module loaded
${files("k_module")}    resources: [{ type: fd, name: m, subtype: memfd, fileName: none }]
    steps: [{ name: op, type: syscall, syscall: %{ item.call }, args: %{ item.args } }]
    expectedOutcome: { outputFields: { evt.type: %{ item.call } } }
    cases:
      - { strategy: vector, values: { call: init_module, args: { moduleImage: nothing } } }
      - { strategy: vector, values: { call: finit_module, args: { fd: "\${m.fd}", flags: 0 } } }
  - name: contained
    rule: Run in a container
    runner: HostRunner
    context:
      container: {}
      processes: [{ name: k_inside, exePath: /usr/local/bin/k_machine, args: one "two three", env: { K_ENV: yes }, capabilities: cap_net_raw=ep }]
    resources:
      - { type: fd, name: a, subtype: pipe }
      - { type: fd, name: b, subtype: event }
      - { type: fd, name: c, subtype: signalfd }
      - { type: fd, name: d, subtype: eventpoll }
      - { type: fd, name: e, subtype: inotify }
    expectedOutcome: { outputFields: { proc.args: "one two three" } }
`;

/** What is expected does not come: the case has to fail. */
export const WRONG = SUITE.slice(0, SUITE.indexOf("  - name: elsewhere")).replace(
  "proc.pname: k_outer",
  "proc.pname: k_nobody",
);
