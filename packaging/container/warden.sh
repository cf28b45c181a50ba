#!/bin/sh
# The privileged half in a container. Begins with what the two lines below need, and gives it up before the layer starts.
set -eu
# As the unit's CapabilityBoundingSet=, each with its reason in src/warden/capabilities.ts. Numbers: setpriv(1) of bookworm knows
# CAP_PERFMON and CAP_BPF by number only.
KEPT=cap_39,cap_38,net_admin,dac_override,dac_read_search,sys_ptrace,sys_resource,sys_nice,kill
export SWARMS_HIVE_USER=swarms-hive SWARMS_PROBER=/run/swarms/no-prober.sock SWARMS_SENDER=/run/swarms/no-sender.sock NODE_COMPILE_CACHE=/tmp/swarms-compile

# A volume belongs to whoever made it; the door must be root's, the hive's folder the hive's (CAP_CHOWN, CAP_FOWNER).
chown 0:0 /run/swarms && chmod 755 /run/swarms
mkdir -p /var/lib/swarms/hive
# Files too: an image with another user id may have written them. Links are not followed.
chown -Rh "$SWARMS_HIVE_USER:$SWARMS_HIVE_USER" /var/lib/swarms/hive && chmod 700 /var/lib/swarms/hive

# Into the host's cgroup namespace (CAP_SYS_ADMIN): in one of its own the kernel would name every group by a way that is not
# the host's. Then everything that is not kept goes (CAP_SETPCAP), for good.
exec nsenter --target 1 --cgroup -- \
  setpriv --no-new-privs --inh-caps=-all --bounding-set="-all,+$(echo "$KEPT" | sed 's/,/,+/g')" -- \
  /usr/bin/swarms run --view plain --no-dashboard
