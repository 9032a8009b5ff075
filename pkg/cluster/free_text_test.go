package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMeansSomething(t *testing.T) {
	for key, want := range map[string]bool{
		"app.kubernetes.io/version": false, "helm.sh/chart": false, "chart": false, "checksum/config": false, "deprecated": false, "notkubernetes.io/a": false,
		"kubernetes.io/metadata.name": true, "volume.beta.kubernetes.io/storage-class": true, "node-role.k8s.io/a": true, "k8s.io/a": true, "deprecated.daemonset.template.generation": true,
	} {
		assert.Equal(t, want, meansSomething(key), key)
	}
}
