package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// TestPostRenderAsksACluster: no rule has a fix that it would refuse, so that no
// run of the program shows it.
func TestPostRenderAsksACluster(t *testing.T) {
	o, err := fixOptions(&config.Source{}, ruleFlags{}, new([]report.Note))
	require.NoError(t, err)
	assert.NotNil(t, o.Cluster)
}
