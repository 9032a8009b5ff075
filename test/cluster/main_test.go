// Package cluster_test holds what helm-stateful says of Kubernetes and Helm
// against the real ones: a real API server with its controllers, and the real
// Helm binaries.
package cluster_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"testing"

	"github.com/helm-stateful/helm-stateful/test/cluster/harness"
)

var (
	repository string           // the repository's root
	server     *harness.Cluster // one for all tests; each has its own namespaces
)

func TestMain(m *testing.M) {
	log.SetFlags(0)
	code, err := withCluster(m.Run)
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

func withCluster(run func() int) (code int, err error) {
	if repository, err = filepath.Abs("../.."); err != nil {
		return 0, err
	}
	bin, err := harness.FindBinaries(repository)
	if err != nil {
		return 0, err
	}
	if server, err = harness.Start(context.Background(), bin); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	code = run()
	if flag.Lookup("test.run").Value.String() == "" && code == 0 { // all of them
		if err := errors.Join(checkFrozenRows(), checkEnough()); err != nil {
			return 1, err
		}
	}
	log.Printf("compared: %d requests to a simulated and a real API server, %d steps of releases with real Helm", compared.Load(), steps.Load())
	return code, nil
}

// checkEnough fails where so little was compared that something was left out.
func checkEnough() error {
	const requests, helmSteps = 6000, 1000
	if compared.Load() < requests || steps.Load() < helmSteps {
		return fmt.Errorf("only %d requests and %d steps were compared, of at least %d and %d", compared.Load(), steps.Load(), requests, helmSteps)
	}
	return nil
}
