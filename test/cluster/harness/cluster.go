package harness

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const loopback = "127.0.0.1"

// Cluster is a running control plane.
type Cluster struct {
	*Client
	// Kubeconfig is the path of a file by which other programs reach the
	// cluster as its administrator.
	Kubeconfig string

	dir       string
	processes []*process
	cancel    context.CancelFunc
	played    []<-chan struct{}
	pods      behaviours
}

// Start starts a control plane and waits until it can be used. Whoever calls it
// calls Stop.
func Start(ctx context.Context, bin Binaries) (*Cluster, error) {
	const tries = 3
	for try := 1; ; try++ {
		c, err := startOnce(ctx, bin)
		// Between asking for a free port and using it another may have taken it.
		if err == nil || try == tries || !strings.Contains(err.Error(), "address already in use") {
			return c, err
		}
	}
}

func startOnce(ctx context.Context, bin Binaries) (_ *Cluster, err error) {
	dir, err := os.MkdirTemp("", "helm-stateful-cluster-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.logs(), c.Stop())
		}
	}()
	s, err := newSettings(dir)
	if err != nil {
		return nil, err
	}
	c.Kubeconfig = s.kubeconfig
	if c.Client, err = newClient(s); err != nil {
		return nil, err
	}
	for _, server := range []struct {
		bin   string
		args  []string
		ready func(context.Context) bool
	}{
		{bin.Etcd, s.etcdArgs(), s.etcdReady},
		{bin.APIServer, s.apiServerArgs(), c.ready},
		{bin.ControllerManager, s.controllerManagerArgs(), c.controllersReady},
	} {
		p, err := start(dir, server.bin, server.args...)
		if err != nil {
			return nil, err
		}
		c.processes = append(c.processes, p)
		err = Await(ctx, p.name, time.Minute, func(ctx context.Context) (bool, error) {
			if p.ended() {
				return false, errors.New("it ended")
			}
			return server.ready(ctx), nil
		})
		if err != nil {
			return nil, err
		}
	}
	playCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.cancel = cancel
	return c, c.play(playCtx)
}

// Stop stops what Start has started, and nothing else.
func (c *Cluster) Stop() error {
	if c.cancel != nil {
		c.cancel()
	}
	for _, done := range c.played {
		<-done
	}
	for _, p := range slices.Backward(c.processes) {
		p.stop()
	}
	return os.RemoveAll(c.dir)
}

// logs are the last words of each server, as an error to join with another.
func (c *Cluster) logs() error {
	var all []error
	for _, p := range c.processes {
		all = append(all, fmt.Errorf("%s said:\n%s", p.name, p.lastLines(12)))
	}
	return errors.Join(all...)
}

// freePorts finds ports that nobody listens on.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// settings are what the servers are told.
type settings struct {
	dir, kubeconfig, controllerKubeconfig string

	etcd, etcdPeer, api, controllers int // ports

	authority                      *authority
	server, admin, manager, tokens keyPair
}

func newSettings(dir string) (*settings, error) {
	s := &settings{dir: dir}
	ports, err := freePorts(4)
	if err != nil {
		return nil, err
	}
	s.etcd, s.etcdPeer, s.api, s.controllers = ports[0], ports[1], ports[2], ports[3]
	if s.authority, err = newAuthority(dir); err != nil {
		return nil, err
	}
	if s.server, err = s.authority.server("kube-apiserver"); err != nil {
		return nil, err
	}
	if s.admin, err = s.authority.client("admin", "system:masters"); err != nil {
		return nil, err
	}
	if s.manager, err = s.authority.client("system:kube-controller-manager"); err != nil {
		return nil, err
	}
	if s.tokens, err = s.authority.client("service-accounts"); err != nil {
		return nil, err
	}
	if s.kubeconfig, err = s.writeKubeconfig("admin.kubeconfig", s.admin); err != nil {
		return nil, err
	}
	s.controllerKubeconfig, err = s.writeKubeconfig("controllers.kubeconfig", s.manager)
	return s, err
}

func (s *settings) url(port int) string { return fmt.Sprintf("http://%s:%d", loopback, port) }

func (s *settings) apiURL() string { return fmt.Sprintf("https://%s:%d", loopback, s.api) }

func (s *settings) writeKubeconfig(name string, user keyPair) (string, error) {
	path := filepath.Join(s.dir, name)
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: %q, certificate-authority: %q}}]
users: [{name: test, user: {client-certificate: %q, client-key: %q}}]
contexts: [{name: test, context: {cluster: test, user: test}}]
current-context: test
`, s.apiURL(), filepath.Join(s.dir, "ca.crt"), user.certFile, user.keyFile)
	return path, os.WriteFile(path, []byte(text), 0o600)
}
