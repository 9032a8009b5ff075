package release

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Stream reads the manifest. Its bytes are those of the manifest.
func (r *Record) Stream() (*manifest.Stream, error) {
	s, err := manifest.Parse([]byte(r.Manifest))
	if err != nil {
		return nil, fmt.Errorf("manifest of %s: %w", r, err)
	}
	return s, nil
}

// Objects returns what the revision consists of: the manifest's objects and then
// those of the hooks. What is a hook, and how it runs, is as the record has it:
// a rollback reads no annotations.
func (r *Record) Objects() ([]*manifest.Object, error) {
	s, err := r.Stream()
	if err != nil {
		return nil, err
	}
	all := s.Objects()
	for _, o := range all {
		o.Hook = nil
	}
	for _, h := range r.Hooks {
		objects, err := h.objects()
		if err != nil {
			return nil, fmt.Errorf("hook %s of %s: %w", h.Path, r, err)
		}
		all = append(all, objects...)
	}
	return all, nil
}

func (h Hook) objects() ([]*manifest.Object, error) {
	s, err := manifest.Parse([]byte(h.Manifest))
	if err != nil {
		return nil, err
	}
	for _, d := range s.Documents {
		d.Source = h.Path
	}
	policies := h.DeletePolicies
	if len(policies) == 0 {
		policies = []string{"before-hook-creation"} // helm v3.22.0, pkg/action/hooks.go
	}
	objects := s.Objects()
	for _, o := range objects {
		o.Source = h.Path
		o.Hook = &manifest.Hook{Events: h.Events, Weight: h.Weight, DeletePolicies: policies}
	}
	return objects, nil
}
