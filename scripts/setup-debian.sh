#!/usr/bin/env bash
# Installs what the whole-system suites use besides npm packages: the AWS CLI, boto3 and moto, an object store (in a
# virtual environment under .build/python, at pinned versions), Go and its module for signed notes (an independent log
# verifier), openssl, wrk and strace. Installs only what is missing. Never fails: a suite whose tool is missing says that
# it was not run, and so does the last line of this script.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()

has_command() { command -v "$1" >/dev/null 2>&1; }

# package:test pairs; a package is wanted when its test fails
has_package() {
  case "$1" in
    golang-go) has_command go ;;
    golang-golang-x-mod-dev) [ -d /usr/share/gocode/src/golang.org/x/mod ] ;;
    python3-venv) python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ;;
    *) has_command "$1" ;;
  esac
}

install_debian_packages() {
  local wanted=() package
  for package in openssl wrk strace golang-go golang-golang-x-mod-dev python3-venv; do
    has_package "$package" || wanted+=("$package")
  done
  [ "${#wanted[@]}" -gt 0 ] || return 0
  if ! has_command apt-get || [ "$(id -u)" != 0 ]; then
    missing+=("${wanted[@]}")
    return 0
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null >/dev/null 2>&1
  for package in "${wanted[@]}"; do
    apt-get install -qq --no-install-recommends "$package" </dev/null >/dev/null 2>&1
    has_package "$package" || missing+=("$package")
  done
}

install_python_clients() {
  local folder=.build/python requirements=scripts/python-requirements.txt
  if cmp -s "$requirements" "$folder/installed.txt"; then
    return 0
  fi
  rm -rf "$folder"
  if has_package python3-venv && python3 -m venv "$folder" </dev/null >/dev/null 2>&1 &&
    "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" </dev/null >/dev/null 2>&1; then
    cp "$requirements" "$folder/installed.txt"
    return 0
  fi
  rm -rf "$folder"
  missing+=("awscli, boto3 and moto in $folder")
}

install_debian_packages
install_python_clients
if [ "${#missing[@]}" -eq 0 ]; then
  echo 'setup: everything the suites use is installed'
else
  printf 'setup: not installed: %s\n' "${missing[@]}"
fi
exit 0
