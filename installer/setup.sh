# Sourced by installer/run and installer/test: installs what is missing, configures and builds build/release.
# Everything it says goes to stderr, so that the program's own output can be piped.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build/release
program=$build/bin/corpuscope

say() { printf '%s\n' "$*" >&2; }

missing_packages() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$top/installer/packages.txt" | awk '{print $1}' |
        while read -r package; do
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
        done
}

install_packages() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || {
        say "installer: this is not a Debian system: install by hand what installer/packages.txt lists, then run cmake --preset release"
        return 0
    }
    local packages sudo=
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            say "installer: these packages are missing, and neither root nor sudo is here to install them: ${packages[*]}"
            return 1
        }
        sudo=sudo
        say "installer: asking for sudo to install: ${packages[*]}"
    else
        say "installer: installing ${#packages[@]} packages"
    fi
    # The package lists may be old or absent; a failed refresh alone is no reason to stop.
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || true
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
}

# build_release [CMAKE_ARGUMENT...]
build_release() {
    local log=$top/build/release.log
    mkdir -p "$top/build"
    say "installer: building into build/release (log: build/release.log)"
    if ! { cmake -S "$top" --preset release "$@" && cmake --build "$build"; } >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        say "installer: the build failed; the whole log is $log"
        return 1
    fi
    grep -E '^-- Corpuscope' "$log" >&2 || true
}
