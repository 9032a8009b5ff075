package release

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// stored is the part of a record's JSON that is read. Names are Helm's, and as in
// Helm their case does not count and the last of two equal ones wins.
type stored struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Version   int    `json:"version"`
	Info      struct {
		FirstDeployed    moment `json:"first_deployed"`
		LastDeployed     moment `json:"last_deployed"`
		Deleted          moment `json:"deleted"`
		Description      string `json:"description"`
		Status           string `json:"status"`
		RollbackRevision int    `json:"rollback_revision"`
	} `json:"info"`
	Chart struct {
		Metadata struct {
			Name       string `json:"name"`
			Version    string `json:"version"`
			AppVersion string `json:"appVersion"`
		} `json:"metadata"`
	} `json:"chart"`
	Config      json.RawMessage `json:"config"`
	Manifest    string          `json:"manifest"`
	Hooks       storedHooks     `json:"hooks"`
	ApplyMethod string          `json:"apply_method"`
}

type storedHook struct {
	Name           string `json:"name"`
	Kind           string `json:"kind"`
	Path           string `json:"path"`
	Manifest       string `json:"manifest"`
	Events         words  `json:"events"`
	Weight         int    `json:"weight"`
	DeletePolicies words  `json:"delete_policies"`
	LastRun        struct {
		StartedAt   moment `json:"started_at"`
		CompletedAt moment `json:"completed_at"`
		Phase       string `json:"phase"`
	} `json:"last_run"`
}

func (s *stored) record() *Record {
	r := &Record{
		Name: s.Name, Namespace: s.Namespace, Revision: s.Version,
		Status: s.Info.Status, Description: s.Info.Description,
		FirstDeployed: s.Info.FirstDeployed.Time, LastDeployed: s.Info.LastDeployed.Time, Deleted: s.Info.Deleted.Time,
		RollbackRevision: s.Info.RollbackRevision, ApplyMethod: s.ApplyMethod,
		Chart:    Chart{s.Chart.Metadata.Name, s.Chart.Metadata.Version, s.Chart.Metadata.AppVersion},
		Manifest: s.Manifest, config: s.Config,
	}
	for _, h := range s.Hooks {
		r.Hooks = append(r.Hooks, Hook{
			Name: h.Name, Kind: h.Kind, Path: h.Path, Manifest: h.Manifest,
			Events: h.Events, Weight: h.Weight, DeletePolicies: h.DeletePolicies,
			LastRun: Run{h.LastRun.StartedAt.Time, h.LastRun.CompletedAt.Time, h.LastRun.Phase},
		})
	}
	return r
}

// moment is a time, which is "" in what Helm 3 writes where Helm 4 writes none.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(data []byte) error {
	if string(data) == `""` || string(data) == "null" {
		return nil
	}
	return m.Time.UnmarshalJSON(data)
}

// Bounds for what is small in JSON and large in memory. Helm runs one hook after
// the other and knows nine events and three policies.
const (
	maxHooks = 10_000
	maxWords = 100
)

// excess says of what a record has too many.
type excess string

func (e excess) Error() string { return string(e) }

type storedHooks []storedHook

func (h *storedHooks) UnmarshalJSON(data []byte) error {
	if n := countItems(data); n > maxHooks {
		return excess(fmt.Sprintf("more than %d hooks", maxHooks))
	}
	return json.Unmarshal(data, (*[]storedHook)(h))
}

// countItems counts the items of a list, up to one more than maxHooks.
func countItems(data []byte) (n int) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('[') {
		return 0 // which json.Unmarshal says better
	}
	var item json.RawMessage
	for n <= maxHooks && decoder.More() && decoder.Decode(&item) == nil {
		n++
	}
	return n
}

type words []string

func (w *words) UnmarshalJSON(data []byte) error {
	if bytes.Count(data, []byte(",")) >= maxWords {
		return excess(fmt.Sprintf("a hook with more than %d events or delete policies", maxWords))
	}
	return json.Unmarshal(data, (*[]string)(w))
}
