#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# Builds every bpf/*.bpf.c to an object, byte for byte the same wherever the clone lies.
#   sh bpf/build.sh [FOLDER]    into FOLDER instead of bpf/
# The committed objects come from clang 14 and libbpf-dev 1.1 (Debian 12).
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
out=$here
if [ $# -gt 0 ]; then out=$(readlink -f -- "$1"); fi
CLANG=${CLANG:-clang}
STRIP=${LLVM_STRIP:-llvm-strip}

# uapi headers include asm/types.h, which Debian keeps in the multiarch folder.
arch=$(uname -m)
cd "$here"
for source in *.bpf.c; do
  object=$out/${source%.c}.o
  # v3: 32-bit registers and atomics that return the old value (Linux 5.12).
  "$CLANG" --target=bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter \
    -fno-ident -fdebug-compilation-dir=. -ffile-prefix-map="$here"=. \
    -I. -idirafter "/usr/include/$arch-linux-gnu" -c "$source" -o "$object"
  # DWARF goes, BTF stays: CO-RE needs it.
  "$STRIP" -g "$object"
done
