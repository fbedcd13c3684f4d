#!/usr/bin/env bash
# Sees to it that the build finds its tools: names what is missing, installs it where that is allowed (root on a Debian
# system), or prints the one line that would. Sourced or run; PREPARE names extra Debian packages.
set -euo pipefail

prepare() {
  local missing=() manual
  need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
  at_least() { # version wanted, version there
    [ -n "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
  }
  number() { grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1; }

  at_least 17 "$(javac -version 2>&1 | number || true)" || missing+=(openjdk-17-jdk-headless)
  need mvn maven
  need g++ g++
  at_least 3.24 "$(cmake --version 2>/dev/null | number || true)" || missing+=(cmake)
  need ninja ninja-build
  need strip binutils
  need flock util-linux
  if [ -z "${FAISS_SOURCE_DIR:-}" ] && ! at_least 1.70 "$(cargo --version 2>/dev/null | number || true)"; then
    if apt-cache show cargo-web >/dev/null 2>&1; then missing+=(cargo-web); else missing+=(cargo); fi
  fi
  local package
  for package in ${PREPARE:-}; do
    # Node may be there without Debian's packages of it.
    command -v "${package/nodejs/node}" >/dev/null || dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  manual="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "missing: ${missing[*]}; installing"
    apt-get update -qq >/dev/null
    # Cargo's packages are known only after the first update.
    if [[ " ${missing[*]} " == *" cargo "* ]] && apt-cache show cargo-web >/dev/null 2>&1; then
      missing=("${missing[@]/%cargo/cargo-web}")
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "missing: ${missing[*]}" >&2
    echo "install them with: sudo sh -c '$manual'" >&2
    exit 1
  fi
}
prepare
