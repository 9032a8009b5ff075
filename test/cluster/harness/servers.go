package harness

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
)

func (s *settings) etcdArgs() []string {
	client, peer := s.url(s.etcd), s.url(s.etcdPeer)
	return []string{
		"--name=test", "--data-dir=" + filepath.Join(s.dir, "etcd"), "--log-level=warn", "--unsafe-no-fsync",
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=test=" + peer,
	}
}

func (s *settings) apiServerArgs() []string {
	return []string{
		"--etcd-servers=" + s.url(s.etcd),
		"--bind-address=" + loopback, "--secure-port=" + strconv.Itoa(s.api), "--advertise-address=" + loopback,
		"--endpoint-reconciler-type=none",
		"--tls-cert-file=" + s.server.certFile, "--tls-private-key-file=" + s.server.keyFile,
		"--client-ca-file=" + filepath.Join(s.dir, "ca.crt"), "--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.96.0.0/16,fd00::/112", "--allow-privileged=true",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + s.tokens.certFile, "--service-account-signing-key-file=" + s.tokens.keyFile,
		"--profiling=false",
		// The deletion of a definition empties the cache of its kind again at each try,
		// finds it empty, and tries once more after twice the time: minutes at the end
		// (k8s.io/apiextensions-apiserver, pkg/controller/finalizer/crd_finalizer.go).
		"--watch-cache=false",
	}
}

func (s *settings) controllerManagerArgs() []string {
	return []string{
		"--kubeconfig=" + s.controllerKubeconfig,
		"--authentication-kubeconfig=" + s.controllerKubeconfig, "--authorization-kubeconfig=" + s.controllerKubeconfig,
		"--bind-address=" + loopback, "--secure-port=" + strconv.Itoa(s.controllers), "--cert-dir=" + s.dir, "--leader-elect=false",
		"--service-account-private-key-file=" + s.tokens.keyFile, "--root-ca-file=" + filepath.Join(s.dir, "ca.crt"),
		"--authentication-skip-lookup=true", "--use-service-account-credentials=true", "--profiling=false",
		// Tests wait for the controllers.
		"--kube-api-qps=500", "--kube-api-burst=1000", "--pvclaimbinder-sync-period=1s", "--concurrent-gc-syncs=5",
	}
}

func (s *settings) etcdReady(ctx context.Context) bool {
	return answers(ctx, http.DefaultClient, s.url(s.etcd)+"/health")
}

// controllersHealthy asks the controller manager, whose certificate it has made
// itself.
func (s *settings) controllersHealthy(ctx context.Context) bool {
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	return answers(ctx, client, fmt.Sprintf("https://%s:%d/healthz", loopback, s.controllers))
}

func answers(ctx context.Context, client *http.Client, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}
