package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
)

func TestTemplatesReadOurClock(t *testing.T) {
	at := time.Date(2001, time.February, 3, 4, 5, 6, 0, time.UTC)
	for text, want := range map[string]string{
		`{{ now.UTC.Format "2006-01-02T15:04:05" }}`:                               "2001-02-03T04:05:06",
		`{{ tpl "{{ now | unixEpoch }}" . }}`:                                      "981173106",
		`{{ now | ago }} {{ "" | ago }} {{ 981173100 | ago }} {{ int64 1 | ago }}`: "0s 0s 6s 272548h5m5s",
		`{{ (now | date_modify "-90s") | ago }}`:                                   "1m30s",
	} {
		c := &chart.Chart{Metadata: &chart.Metadata{Name: "c", Version: "1.0.0"}, Templates: []*chart.File{{Name: "templates/a.yaml", Data: []byte(text)}}}
		got, err := engine.New(nil).Render(c, values("one"), engine.Options{Client: noCluster{}, Now: at})
		require.NoError(t, err, text)
		assert.Equal(t, want, got.Files["c/templates/a.yaml"], text)
	}
}

func TestWithoutATimeTemplatesReadTheRealClock(t *testing.T) {
	c := &chart.Chart{Metadata: &chart.Metadata{Name: "c", Version: "1.0.0"}, Templates: []*chart.File{{Name: "templates/a.yaml", Data: []byte(`{{ now.UTC.Format "2006-01-02T15:04:05Z07:00" }}`)}}}
	before := time.Now().Truncate(time.Second)
	got, err := engine.New(nil).Render(c, values("one"), engine.Options{Client: noCluster{}})
	require.NoError(t, err)
	seen, err := time.Parse(time.RFC3339, got.Files["c/templates/a.yaml"])
	require.NoError(t, err)
	assert.False(t, seen.Before(before), seen)
}
