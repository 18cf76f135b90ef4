#!/usr/bin/env bash
# The project's one entry point for building, testing and packing. `./build.sh help` lists what it does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly CONFIGURATION=Release
readonly RESULTS=artifacts/test-results
readonly PACKAGES=artifacts/packages
readonly NATIVE=artifacts/native
readonly RESTART=artifacts/restart
readonly INTEROP_JS=tests/Xmtp.Interop/js
readonly ALLOWED_SKIPS=tests/allowed-skips.txt
# A project that needs longer hangs; the slowest takes a few minutes on two cores.
readonly PROJECT_TIMEOUT=${XMTP_TEST_TIMEOUT:-20m}

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
[ -n "${HOME:-}" ] || { HOME=$(mktemp -d); export HOME; }

build_flags=()
if [ "${CI:-}" = true ]; then
  # Build servers outlive the build and would keep a CI run's output open.
  export MSBUILDDISABLENODEREUSE=1
  build_flags+=(-p:UseSharedCompilation=false)
fi

say() { printf '%s\n' "$*"; }
fail() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

help() {
  cat <<'TEXT'
usage: ./build.sh <verb> [arguments]

  build             builds everything in Release
  test [project] [runner options]
                    installs what the tests need (see deps), builds, runs every test project and ends with
                    the line "N passed, N failed"; [project] is a part of a project's name, the rest goes to
                    the test runner: ./build.sh test Protocol --filter-method '*Topic*'
                    fails on a failed test, on a project that ran nothing and on a skip that
                    tests/allowed-skips.txt does not name; reports are in artifacts/test-results
  format [--verify] mends the whitespace and order that the build does not check; --verify only reports
  bench [benchmark] [options]
                    runs a benchmark in Release: publish, memory, latency, catch-up, peers, convergence, crypto,
                    inbox [--conversations N --messages M], start; crypto and inbox need what deps installs, start what
                    native makes
  sim [options]     runs the simulated network: --seed N (default 1), --scenario NAME (default all), --nodes N,
                    --seeds COUNT, --minutes M; stops at the first seed for which something does not hold,
                    and says what, what happened before, and how to run it again
  soak [--minutes M] [--seed N] [--nodes K]
                    runs nodes as processes under load and random faults, checks after each fault, and prints a
                    report; fails when something acknowledged is lost, or nodes do not come to hold the same
  docs              builds the documentation site into artifacts/site: open index.html, no server is needed
  native [rid]      compiles the command ahead of time into one file without a runtime, artifacts/native/xmtp, with the
                    manual page and completions beside it in share; needs a C compiler (see deps); [rid] names
                    another system, for example linux-arm64, whose tools must be there
  pack              packs the libraries, the command and the templates into artifacts/packages
  deps              installs what the tests need beyond the .NET SDK: libsecp256k1, Node.js 18 or later with
                    npm, a C compiler with zlib's headers, curl, Chromium (all from the distribution's packages, with
                    sudo when not root), and the published JavaScript clients. Quick when all of it is there
  ci                what a continuous integration run does: format --verify, pack, docs, test
  clean             removes everything that was built or installed here

environment:
  XMTP_TEST_TIMEOUT  how long one test project may take (default 20m, as for timeout(1))
TEXT
}

# --- deps -------------------------------------------------------------------------------------------------

has_secp256k1() { [[ $(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null) == *libsecp256k1.so* ]]; }
has_node() { command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 18 ]; }
# Native compilation links with either; zlib is part of every native program.
has_c_compiler() { command -v clang >/dev/null || command -v gcc >/dev/null; }
has_zlib_headers() { [ -e /usr/include/zlib.h ] || [ -e /usr/local/include/zlib.h ]; }
has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
has_npm() { command -v npm >/dev/null; }

apt_install() {
  command -v apt-get >/dev/null || fail "these packages are missing and this system has no apt-get; install them by hand: $*"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these packages are missing, and installing them needs root (no sudo here); run as root: apt-get install $*"
    as_root=(sudo)
  fi
  say "Installing $* ..."
  "${as_root[@]}" apt-get update -qq </dev/null || fail "apt-get update failed; is a package mirror reachable?"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null ||
    fail "apt-get could not install: $*"
}

npm_install() { # a directory with a package.json
  local stamp="$1/node_modules/.installed" wanted
  wanted="$(node --version) $(cksum <"$1/package.json")"
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  say "Installing the JavaScript packages of $1 ..."
  rm -rf "$1/node_modules"
  (cd "$1" && npm install --no-package-lock --no-audit --no-fund --no-update-notifier --ignore-scripts --loglevel=error </dev/null) >&2 ||
    fail "npm install failed in $1; is the npm registry reachable?"
  printf '%s\n' "$wanted" >"$stamp"
}

deps() {
  command -v dotnet >/dev/null || fail "the .NET SDK is missing; global.json names the version"
  local missing=()
  has_secp256k1 || missing+=(libsecp256k1-1)
  has_node || missing+=(nodejs)
  has_npm || missing+=(npm)
  command -v curl >/dev/null || missing+=(curl)
  has_c_compiler || missing+=(gcc libc6-dev)
  has_zlib_headers || missing+=(zlib1g-dev)
  has_chromium || missing+=(chromium)
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
  has_secp256k1 || fail "libsecp256k1 was installed but the loader does not list it (ldconfig -p)"
  has_node || fail "Node.js 18 or later is needed; found: $(node --version 2>&1 || true)"
  has_c_compiler || fail "clang or gcc is needed"
  has_chromium || fail "Chromium is needed"
  has_npm || fail "npm is needed beside $(command -v node)"
  local package
  for package in "$INTEROP_JS"/*/package.json; do
    [ -e "$package" ] && npm_install "$(dirname "$package")"
  done
  return 0
}

# --- build, format, pack, bench -------------------------------------------------------------------------

build() { dotnet build Xmtp.slnx -c "$CONFIGURATION" -v q "${build_flags[@]}" </dev/null; }

format() {
  case "${1:-}" in
    "") dotnet format whitespace Xmtp.slnx -v q </dev/null ;;
    --verify) dotnet format whitespace Xmtp.slnx -v m --verify-no-changes </dev/null || fail "run ./build.sh format and commit what it mends" ;;
    *) fail "format takes --verify or nothing" ;;
  esac
}

pack() {
  rm -rf "$PACKAGES"
  # The same commit gives the same bytes: the files in a package bear the commit's time, not that of the packing.
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1577836800)}
  export SOURCE_DATE_EPOCH
  dotnet pack Xmtp.slnx -c "$CONFIGURATION" -v q -o "$PACKAGES" -p:WarnOnPackingNonPackableProject=false "${build_flags[@]}" </dev/null
  ls "$PACKAGES"/*.nupkg >/dev/null 2>&1 || fail "nothing was packed"
  say "$(ls "$PACKAGES"/*.nupkg | wc -l) packages in $PACKAGES"
}

docs() {
  dotnet build docs/site -c "$CONFIGURATION" -v q "${build_flags[@]}" </dev/null
  dotnet artifacts/bin/Xmtp.Site/release/Xmtp.Site.dll . artifacts/site
}

native() { # runtime identifier
  local rid=${1:-$(dotnet --info | sed -n 's/^ *RID: *//p')} program=$NATIVE/xmtp
  has_c_compiler && has_zlib_headers || fail "native compilation links with clang or gcc and needs zlib's headers; ./build.sh deps installs them"
  rm -rf "$NATIVE"
  dotnet publish src/Xmtp.Cli -c "$CONFIGURATION" -r "$rid" -p:XmtpNative=true -v q -o "$NATIVE" "${build_flags[@]}" </dev/null
  [ -x "$program" ] || fail "nothing was compiled"
  # Only this system's own program can be asked for what goes beside it.
  if "$program" --version >/dev/null 2>&1; then
    mkdir -p "$NATIVE"/share/man/man1 "$NATIVE"/share/bash-completion/completions "$NATIVE"/share/zsh/site-functions "$NATIVE"/share/fish/vendor_completions.d
    "$program" man >"$NATIVE/share/man/man1/xmtp.1"
    "$program" completions bash >"$NATIVE/share/bash-completion/completions/xmtp"
    "$program" completions zsh >"$NATIVE/share/zsh/site-functions/_xmtp"
    "$program" completions fish >"$NATIVE/share/fish/vendor_completions.d/xmtp.fish"
  fi
  say "$(du -h "$program" | cut -f1) in $program"
}

bench() {
  if [ "${1:-}" = inbox ]; then
    dotnet publish benchmarks/Xmtp.Benchmarks.Restart -c "$CONFIGURATION" -v q -o "$RESTART" "${build_flags[@]}" </dev/null
  fi
  dotnet run -c "$CONFIGURATION" --project benchmarks/Xmtp.Benchmarks "${build_flags[@]}" -- "$@"
}

sim() {
  dotnet build tests/Xmtp.Simulation -c "$CONFIGURATION" -v q "${build_flags[@]}" </dev/null
  dotnet artifacts/bin/Xmtp.Simulation/release/Xmtp.Simulation.dll "$@"
}

soak() {
  dotnet build tests/Xmtp.Soak -c "$CONFIGURATION" -v q "${build_flags[@]}" </dev/null
  dotnet artifacts/bin/Xmtp.Soak/release/Xmtp.Soak.dll "$@" </dev/null
}

# --- test -------------------------------------------------------------------------------------------------

test_projects() { # names that hold $1
  local file
  for file in tests/*/*.csproj; do
    grep -q '<IsTestProject>false' "$file" || basename "$file" .csproj
  done | grep -F -- "$1" || true
}

count() { # a report's file, an attribute of its <assembly> element
  grep -o '<assembly [^>]*' "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' || echo 0
}

# Type and method of every skipped test in a report that the list of allowed skips does not name.
forbidden_skips() {
  { grep -o '<test [^>]*result="Skip"[^>]*' "$1" || true; } |
    sed -E 's/.* type="([^"]*)".*/\1 &/; s/^([^ ]*) .* method="([^"]*)".*/\1.\2/' | sort -u |
    { grep -vxF -f <(sed -E 's/[[:space:]]*(#.*)?$//; /^$/d' "$ALLOWED_SKIPS" 2>/dev/null) || true; }
}

run_project() { # project's name, options; adds to passed and failed
  local name=$1 report log code=0 ran skips
  shift
  report="$RESULTS/$name.xml" log="$RESULTS/$name.log"
  timeout -k 30 "$PROJECT_TIMEOUT" dotnet "artifacts/bin/$name/release/$name.dll" \
    --results-directory "$RESULTS" --report-xunit-xml --report-xunit-xml-filename "$name.xml" \
    --no-ansi --progress off --show-live-output off "$@" </dev/null >"$log" 2>&1 || code=$?
  local project_passed=0 project_failed=0 why=""
  if [ -s "$report" ]; then
    project_passed=$(count "$report" passed)
    project_failed=$(($(count "$report" failed) + $(count "$report" errors)))
    skips=$(forbidden_skips "$report")
    [ -z "$skips" ] || { why="skipped without leave: $(tr '\n' ' ' <<<"$skips")"; project_failed=$((project_failed + $(wc -l <<<"$skips"))); }
  fi
  ran=$((project_passed + project_failed))
  if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
    why="hung: stopped after $PROJECT_TIMEOUT"
  elif [ "$ran" -eq 0 ] && [ "$filtered" = false ]; then
    why="ran no test (exit code $code)"
  elif [ "$code" -ne 0 ] && [ "$project_failed" -eq 0 ] && ! { [ "$code" -eq 8 ] && [ "$filtered" = true ]; }; then
    why="the runner ended with exit code $code"
  fi
  # What no test stands for counts as one failure, so that the sum never hides it.
  if [ -n "$why" ] && [ "$project_failed" -eq 0 ]; then project_failed=1; fi
  passed=$((passed + project_passed)) failed=$((failed + project_failed))
  if [ "$project_failed" -gt 0 ]; then cat "$log"; fi
  say "$name: $project_passed passed, $project_failed failed${why:+ ($why)}"
}

run_tests() {
  local part="" filtered=false passed=0 failed=0 names name
  case "${1:-}" in "" | -*) ;; *) part=$1; shift ;; esac
  [ $# -eq 0 ] || filtered=true
  names=$(test_projects "$part")
  [ -n "$names" ] || fail "no test project has \"$part\" in its name"
  deps
  if [ -n "$part" ]; then
    for name in $names; do dotnet build "tests/$name" -c "$CONFIGURATION" -v q "${build_flags[@]}" </dev/null; done
  else
    build
  fi
  rm -rf "$RESULTS"
  mkdir -p "$RESULTS"
  # A part that is missing fails its tests here instead of skipping them.
  export XMTP_REQUIRE_NATIVE=1 XMTP_REQUIRE_INTEROP=1 XMTP_REQUIRE_SAMPLES=1
  for name in $names; do run_project "$name" "$@"; done
  if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then
    say "No test matched."
    failed=1
  fi
  say "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

clean() {
  rm -rf artifacts TestResults "$INTEROP_JS"/*/node_modules
}

verb=${1:-help}
[ $# -eq 0 ] || shift
case "$verb" in
  build | format | native | bench | sim | soak | pack | docs | deps | clean) "$verb" "$@" ;;
  test) run_tests "$@" ;;
  ci) exec bash .ci/run ;;
  help | -h | --help) help ;;
  *) help >&2; fail "unknown verb: $verb" ;;
esac
