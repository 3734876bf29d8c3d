#!/usr/bin/env bash
# Installs what the whole-system suites use besides npm packages: the AWS CLI, boto3, MongoDB's driver, the AWS Encryption
# SDK, and moto, an object store (in a virtual environment under .build/python, at pinned versions), Go and its module
# for signed notes (an independent log verifier), further clients of the service in Go, Java and JavaScript (under .build,
# at pinned versions), Chromium for the console, openssl, wrk and strace. Installs only what is missing. Never fails: a suite whose tool is missing
# says that it was not run, and so does the last line of this script.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
sops=github.com/getsops/sops/v3/cmd/sops@v3.13.3
# A build from nothing takes minutes; what hangs is not waited for.
build_seconds_max=1200

has_command() { command -v "$1" >/dev/null 2>&1; }

# package:test pairs; a package is wanted when its test fails
has_package() {
  case "$1" in
    golang-go) has_command go ;;
    golang-golang-x-mod-dev) [ -d /usr/share/gocode/src/golang.org/x/mod ] ;;
    default-jdk-headless) has_command javac ;;
    maven) has_command mvn ;;
    python3-venv) python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ;;
    *) has_command "$1" ;;
  esac
}

install_debian_packages() {
  local wanted=() package
  for package in chromium openssl wrk strace golang-go golang-golang-x-mod-dev python3-venv default-jdk-headless maven; do
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
  missing+=("awscli, boto3, moto, pymongo and aws-encryption-sdk in $folder")
}

# Go itself knows what is built already.
install_go_clients() {
  local folder=$PWD/.build/go/bin go client
  go=$(command -v go || echo /usr/local/go/bin/go)
  mkdir -p "$folder"
  build_go_client sops . install "$sops"
  for client in go-sdk auto-unseal ferretdb; do
    build_go_client "$client" "test/conformance/$client" build -o "$folder/$client" .
  done
}

build_go_client() {
  local client=$1 source=$2
  shift 2
  (cd "$source" && GOBIN=$folder timeout "$build_seconds_max" "$go" "$@" </dev/null >/dev/null 2>&1) ||
    missing+=("$client in .build/go/bin, which takes Go 1.25 or later and a module proxy")
}

install_java_clients() {
  local folder=.build/java pom=test/conformance/java-sdk/pom.xml
  if cmp -s "$pom" "$folder/installed.xml"; then
    return 0
  fi
  rm -rf "$folder"
  if has_command mvn && timeout "$build_seconds_max" mvn -q -B -f "$pom" dependency:copy-dependencies \
    "-DoutputDirectory=$PWD/$folder/lib" </dev/null >/dev/null 2>&1; then
    cp "$pom" "$folder/installed.xml"
    return 0
  fi
  rm -rf "$folder"
  missing+=("the AWS SDK for Java in $folder")
}

install_npm_clients() {
  local folder=.build/npm-clients source=test/conformance/npm-clients
  if cmp -s "$source/package-lock.json" "$folder/installed.json"; then
    return 0
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$source/package.json" "$source/package-lock.json" "$folder"
  if (cd "$folder" && timeout "$build_seconds_max" npm ci --silent --no-audit --no-fund </dev/null >/dev/null 2>&1); then
    cp "$source/package-lock.json" "$folder/installed.json"
    return 0
  fi
  rm -rf "$folder"
  missing+=("the AWS Encryption SDK for JavaScript in $folder")
}

install_debian_packages
install_python_clients
install_java_clients
install_npm_clients
install_go_clients
if [ "${#missing[@]}" -eq 0 ]; then
  echo 'setup: everything the suites use is installed'
else
  printf 'setup: not installed: %s\n' "${missing[@]}"
fi
exit 0
