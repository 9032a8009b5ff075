#!/bin/sh
# Installs what `make build` built.
#
#   install.sh cli      the binary, and the plugin that gives `helm stateful` to Helm 3 and Helm 4
#   install.sh helm4    the same, and the plugin that gives `--post-renderer helm-stateful` to Helm 4
#   install.sh remove   takes all of it away
#
# What goes where:
#
#   PREFIX/bin/helm-stateful                  the binary; Helm 3's --post-renderer finds it on PATH
#   PREFIX/bin/helm-stateful-post-renderer    what it hands post-renders over to, which is faster
#   PREFIX/lib/helm-stateful                  the CLI plugin, a folder laid out as the repository is
#   PREFIX/lib/helm-stateful/plugins          a folder of plugins for Helm 4 alone
#   <Helm's plugins folder>/helm-stateful     a link to the CLI plugin, as `helm plugin install` makes it
#
# Helm 3 and Helm 4 share one plugins folder unless told otherwise, and one plugin in Helm 4's format makes Helm 3 load
# no plugin at all. So the post-renderer is linked into Helm 4's folder only where no Helm 3 reads that folder; elsewhere
# it stays under PREFIX, and the user is told how to point Helm 4 there.
#
# Variables: PREFIX (default ~/.local); HELMS, all the helm commands that there are (default: every helm, helm3 and
# helm4 on PATH); BINARY (default: bin/helm-stateful of this repository).
set -eu

repo=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${PREFIX:=$HOME/.local}"
prefix=$(cd "$PREFIX" && pwd)
lib=$prefix/lib/helm-stateful
binary=${BINARY:-$repo/bin/helm-stateful}
tab=$(printf '\t')

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

# found prints the path of every Helm to look at.
found() {
	if [ -n "${HELMS:-}" ]; then
		for name in $HELMS; do
			command -v "$name" || fail "HELMS names $name, which cannot be run"
		done
		return
	fi
	(
		IFS=:
		for dir in $PATH; do
			for name in helm helm3 helm4; do
				[ -f "$dir/$name" ] && [ -x "$dir/$name" ] && say "$dir/$name"
			done
		done
		:
	) | awk '!seen[$0]++'
}

# describe reads paths of Helms and prints, separated by tabs: the major version, the path, and the plugins folders.
describe() {
	while IFS= read -r helm; do
		case $("$helm" version --template '{{.Version}}' 2>/dev/null </dev/null) in
		v3.*) major=3 ;;
		v4.*) major=4 ;;
		*) say "passing over $helm: neither Helm 3 nor Helm 4" >&2 && continue ;;
		esac
		folders=$("$helm" env 2>/dev/null </dev/null | sed -n 's/^HELM_PLUGINS="\(.*\)"$/\1/p')
		say "$major$tab$helm$tab$folders"
	done
}

# first prints the folder of a list into which plugins are installed, and reads says whether a list holds a folder.
first() { say "${1%%:*}"; }
reads() { case ":$1:" in *":$2:"*) true ;; *) false ;; esac; }

# helm3_reading prints the first Helm 3 that loads plugins from a folder.
helm3_reading() {
	while IFS=$tab read -r major helm folders; do
		if [ "$major" = 3 ] && reads "$folders" "$1"; then
			say "$helm"
			return
		fi
	done <<-EOF
		$helms
	EOF
}

# link makes a link, in the place of one that is there; a folder that is there is somebody's, and stays.
link() {
	if [ -e "$2" ] && [ ! -L "$2" ]; then
		fail "$2 is there and is no link: remove that plugin first (helm plugin uninstall stateful)"
	fi
	mkdir -p "$(dirname "$2")"
	rm -f "$2"
	ln -s "$1" "$2"
}

# unlink removes a link to our files.
unlink() {
	if [ -L "$1" ]; then
		case $(readlink "$1") in
		"$lib" | "$lib"/*) rm "$1" && say "removed $1" ;;
		esac
	fi
}

# other_with_name prints a plugin of that name in a folder, other than the one at the given path. Helm 3 loads no plugin
# at all where two have the same name.
other_with_name() {
	for manifest in "$1"/*/plugin.yaml; do
		if [ "$manifest" != "$3/plugin.yaml" ] && grep -q "^name: *[\"']\{0,1\}$2[\"']\{0,1\} *\$" "$manifest" 2>/dev/null; then
			dirname "$manifest"
		fi
	done
}

# place copies a program in one step, which a run that goes on outlives.
place() {
	cp "$1" "$prefix/bin/.$2.$$"
	mv -f "$prefix/bin/.$2.$$" "$prefix/bin/$2"
	link "../../../bin/$2" "$lib/bin/$2"
}

place_files() {
	[ -x "$binary" ] || fail "$binary is not there: run make build"
	mkdir -p "$prefix/bin" "$lib/bin" "$lib/scripts" "$lib/plugins/helm4-postrenderer"
	place "$binary" helm-stateful
	if [ -x "$binary-post-renderer" ]; then
		place "$binary-post-renderer" helm-stateful-post-renderer
	else
		rm -f "$prefix/bin/helm-stateful-post-renderer" "$lib/bin/helm-stateful-post-renderer" # It is of another version.
	fi
	cp "$repo/plugin.yaml" "$repo/plugin.complete" "$repo/LICENSE" "$repo/NOTICE" "$lib/"
	cp "$repo/scripts/plugin-install.sh" "$lib/scripts/"
	cp "$repo/plugins/helm4-postrenderer/plugin.yaml" "$lib/plugins/helm4-postrenderer/"
	link ../../bin "$lib/plugins/helm4-postrenderer/bin"
	say "installed $prefix/bin/helm-stateful"
	case ":$PATH:" in
	*":$prefix/bin:"*) ;;
	*) say "  $prefix/bin is not on PATH: add it, Helm 3's --post-renderer looks for helm-stateful there" ;;
	esac
}

install_cli() {
	place_files
	[ -n "$helms" ] || fail "no Helm on PATH to install the plugin for: name one with HELMS=/path/to/helm"
	helm3=$(helm3_reading "$lib/plugins")
	[ -z "$helm3" ] || fail "HELM_PLUGINS points $helm3 (Helm 3) at $lib/plugins: set it so for Helm 4 alone"
	while IFS=$tab read -r major helm folders; do
		dir=$(first "$folders")
		other=$(other_with_name "$dir" stateful "$dir/helm-stateful")
		[ -z "$other" ] || fail "$other is a plugin named stateful already: remove it first (helm plugin uninstall stateful)"
		if [ -n "$(helm3_reading "$dir")" ]; then
			unlink "$dir/helm4-postrenderer" # From a time when Helm 4 had this folder to itself.
		fi
		link "$lib" "$dir/helm-stateful"
		version=$("$helm" stateful version </dev/null) || fail "'$helm stateful version' failed"
		say "installed 'helm stateful' for $helm (Helm $major) in $dir: $version"
	done <<-EOF
		$helms
	EOF
}

install_helm4() {
	seen4=
	while IFS=$tab read -r major helm folders; do
		[ "$major" = 4 ] || continue
		seen4=yes
		dir=$(first "$folders")
		helm3=$(helm3_reading "$dir")
		list=$folders
		if reads "$folders" "$lib/plugins"; then
			say "installed '--post-renderer helm-stateful' for $helm (Helm 4) in $lib/plugins"
		elif [ -z "$helm3" ]; then
			other=$(other_with_name "$dir" helm-stateful "$dir/helm4-postrenderer")
			[ -z "$other" ] || fail "$other is a plugin named helm-stateful already: remove it first (helm plugin uninstall helm-stateful)"
			link "$lib/plugins/helm4-postrenderer" "$dir/helm4-postrenderer"
			say "installed '--post-renderer helm-stateful' for $helm (Helm 4) in $dir"
			say "  Should a Helm 3 come to read that folder too, run make install-helm4 again, or that Helm 3 will load no plugin."
		else
			list=$folders:$lib/plugins
			say "installed '--post-renderer helm-stateful' for $helm (Helm 4) in $lib/plugins"
			say "  Not in $dir: $helm3 (Helm 3) reads that folder, and would load no plugin at all."
			say "  So Helm 4, and Helm 4 only, must be told where to look, for example by"
			say
			say "    alias helm4='HELM_PLUGINS=\"$list\" $helm'"
			say
		fi
		HELM_PLUGINS=$list "$helm" plugin list --type postrenderer/v1 </dev/null | grep -q '^helm-stateful[[:space:]]' ||
			fail "$helm does not find the plugin that was just installed"
	done <<-EOF
		$helms
	EOF
	[ -n "$seen4" ] || fail "no Helm 4 on PATH: name one with HELMS=/path/to/helm"
}

remove() {
	while IFS=$tab read -r major helm folders; do
		[ -n "$major" ] || continue
		dir=$(first "$folders")
		unlink "$dir/helm-stateful"
		unlink "$dir/helm4-postrenderer"
	done <<-EOF
		$helms
	EOF
	if [ -f "$lib/plugin.yaml" ]; then
		rm -rf "$lib"
		say "removed $lib"
	fi
	for program in helm-stateful-post-renderer helm-stateful; do
		if [ -e "$prefix/bin/$program" ]; then
			rm "$prefix/bin/$program"
			say "removed $prefix/bin/$program"
		fi
	done
}

paths=$(found)
helms=
if [ -n "$paths" ]; then
	helms=$(say "$paths" | describe)
fi
case ${1:-} in
cli) install_cli ;;
helm4)
	install_cli
	install_helm4
	;;
remove) remove ;;
*) fail "usage: install.sh cli | helm4 | remove" ;;
esac
