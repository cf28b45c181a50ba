#!/bin/sh
# The half that learns and thinks, in a container without privileges: knocks at the warden's door. As ExecStart= of the unit.
# Both halves are started at once: a runtime would take it for a crash, and wait longer each time.
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ ! -S "$SWARMS_DOOR/channel.sock" ] || break
  sleep 0.5
done
# As Limit*= of the unit: bytes of addresses, of data and of a file, descriptors, no core. dash(1) counts in KiB, and files in blocks of 512.
ulimit -v 3145728 && ulimit -d 1572864 && ulimit -f 655360 && ulimit -n 1024 && ulimit -c 0
exec /usr/lib/swarms-layer/bin/node --permission --allow-fs-read=/usr/lib/swarms-layer/ --allow-fs-read=/var/lib/swarms/hive/ --allow-fs-write=/var/lib/swarms/hive/ --allow-net --disable-warning=ExperimentalWarning --disable-warning=SecurityWarning --max-semi-space-size=4 --max-old-space-size=256 /usr/lib/swarms-layer/dist/hive/main.js
