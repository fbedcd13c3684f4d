#!/usr/bin/env bash
# Gives each library named a size of its own. JavaCPP takes what it unpacked before for what is in the jar if their sizes
# and times are equal: the times in the jar are fixed, so that two builds give the same bytes, and two libraries often have
# the same number of pages. Bytes behind the end of an ELF file are never read.
set -euo pipefail
for library in "$@"; do
  truncate -s "+$((0x$(sha256sum <"$library" | cut -c1-4)))" "$library"
done
