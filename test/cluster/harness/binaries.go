package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// Binaries are the paths of the servers.
type Binaries struct {
	Etcd, APIServer, ControllerManager string
}

// FindBinaries takes the servers that the environment names, or those that
// make cluster-tools has put into the user's cache. repository is the path of
// the checkout.
func FindBinaries(repository string) (Binaries, error) {
	var b Binaries
	for _, server := range []struct {
		at                     *string
		name, variable, module string // module builds it and pins its version
		dependency, folder     string
	}{
		{&b.Etcd, "etcd", "ETCD_BIN", "etcd", "go.etcd.io/etcd/server/v3", "etcd"},
		{&b.APIServer, "kube-apiserver", "KUBE_APISERVER_BIN", "kubernetes", "k8s.io/kubernetes", "kubernetes"},
		{&b.ControllerManager, "kube-controller-manager", "KUBE_CONTROLLER_MANAGER_BIN", "kubernetes", "k8s.io/kubernetes", "kubernetes"},
	} {
		path := os.Getenv(server.variable)
		if path == "" {
			version, err := pinned(filepath.Join(repository, "test", "cluster", "build", server.module, "go.mod"), server.dependency)
			if err != nil {
				return b, err
			}
			if path, err = cached(server.folder+"-"+version, server.name); err != nil {
				return b, err
			}
		}
		if _, err := os.Stat(path); err != nil {
			return b, fmt.Errorf("no %s: run make cluster-tools, or name one in %s (%w)", server.name, server.variable, err)
		}
		*server.at = path
	}
	return b, nil
}

// FindHelm does the same for the Helm of a major version, 3 or 4.
func FindHelm(repository, major string) (string, error) {
	variable := "HELM" + major + "_BIN"
	path := os.Getenv(variable)
	if path == "" {
		makefile, err := os.ReadFile(filepath.Join(repository, "Makefile"))
		if err != nil {
			return "", err
		}
		found := regexp.MustCompile(`(?m)^HELM` + major + `_VERSION\s*=\s*(\S+)$`).FindSubmatch(makefile)
		if found == nil {
			return "", fmt.Errorf("the Makefile pins no Helm %s", major)
		}
		if path, err = cached("helm-"+string(found[1]), "helm"); err != nil {
			return "", err
		}
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no Helm %s: run make tools, or name one in %s (%w)", major, variable, err)
	}
	return path, nil
}

// pinned reads a dependency's version off a go.mod.
func pinned(file, dependency string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(`(?m)^(?:require)?\s*` + regexp.QuoteMeta(dependency) + `\s+(v\S+)`).FindSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("%s requires no %s", file, dependency)
	}
	return string(found[1]), nil
}

// cached is where the Makefile puts a tool.
func cached(folder, name string) (string, error) {
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		cache = filepath.Join(home, ".cache")
	}
	return filepath.Join(cache, "helm-stateful", "tools", folder, name), nil
}
