# Sourced by run and test: the shared libraries that Qt needs on Linux.
# Installs them on Debian when root; otherwise names the missing ones and goes on.

studio_system_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    packages="libegl1 libgl1 libopengl0 libpulse0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxkbcommon0 \
libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libnss3 libgomp1 $1"
    command -v dpkg-query >/dev/null 2>&1 || return 0
    missing=""
    for package in $packages; do
        case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" in
            *"install ok installed"*) ;;
            *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        echo "Installing system libraries:$missing" >&2
        export DEBIAN_FRONTEND=noninteractive
        apt-get install -y -qq $missing >/dev/null 2>&1 ||
            { apt-get update -qq >/dev/null && apt-get install -y -qq $missing >/dev/null; }
    else
        echo "Missing system libraries. Install them with: sudo apt-get install$missing" >&2
    fi
}

# Creates .venv (once for each state of pyproject.toml) and installs the app with the extras $1.
studio_environment() {
    extras="$1"
    python="${PYTHON:-}"
    if [ -z "$python" ]; then
        for candidate in python3.13 python3.12 python3.11 python3; do
            if command -v "$candidate" >/dev/null 2>&1 &&
                "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
                python="$candidate"
                break
            fi
        done
    fi
    if [ -z "$python" ]; then
        echo "Python 3.11 or newer with venv is needed; none was found." >&2
        return 1
    fi
    stamp=".venv/.studio-$extras"
    key="$(cksum pyproject.toml) $("$python" -V) $(pwd)"
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$key" ] && return 0
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    echo "Installing the studio into .venv (once)…" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".${extras:+[$extras]}"
    printf '%s' "$key" >"$stamp"
}

# Installs the npm clients of the conformance tests into .venv/clients (once for each state of their package.json).
# Without a registry those tests are skipped, and say so.
studio_node_clients() {
    [ -x .venv/bin/npm ] || return 0
    stamp=.venv/clients/.stamp
    key="$(cksum tests/e2e/clients/package.json)"
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$key" ] && return 0
    mkdir -p .venv/clients
    cp tests/e2e/clients/package.json .venv/clients/package.json
    echo "Installing the npm clients of the conformance tests…" >&2
    if (cd .venv/clients && PATH="$(cd ../bin && pwd):$PATH" npm install --no-audit --no-fund --ignore-scripts --loglevel=error >&2); then
        printf '%s' "$key" >"$stamp"
    else
        echo "The npm clients could not be installed; their tests are skipped." >&2
    fi
}
