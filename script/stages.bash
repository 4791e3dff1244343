# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by scripts that work in stages: runs each, times it, and sums up at the end.
stages_done=()
stages_failed=0

# Runs a command as a named stage. A failure is remembered and returned; `|| exit` makes it final.
stage() {
  local name=$1 started=$SECONDS status=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || status=$?
  stages_done+=("$(printf '%5d s  %-28s %s' $((SECONDS - started)) "$name" \
    "$([ $status -eq 0 ] && echo ok || echo "FAILED ($status)")")")
  [ $status -eq 0 ] || stages_failed=$((stages_failed + 1))
  return "$status"
}

print_stages() {
  printf '\n== stages\n'
  printf '%s\n' "${stages_done[@]}"
}
