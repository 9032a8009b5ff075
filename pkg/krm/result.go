package krm

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// result is kyaml's fn/framework.Result (kyaml v0.21.2), field by field.
type result struct {
	Message     string            `yaml:"message"`
	Severity    string            `yaml:"severity"`
	ResourceRef *resourceRef      `yaml:"resourceRef,omitempty"`
	Field       *field            `yaml:"field,omitempty"`
	File        *file             `yaml:"file,omitempty"`
	Tags        map[string]string `yaml:"tags,omitempty"`
}

type resourceRef struct {
	APIVersion string `yaml:"apiVersion,omitempty"`
	Kind       string `yaml:"kind,omitempty"`
	Name       string `yaml:"name,omitempty"`
	Namespace  string `yaml:"namespace,omitempty"`
}

type field struct {
	Path string `yaml:"path"`
}

type file struct {
	Path  string `yaml:"path"`
	Index int    `yaml:"index,omitempty"`
}

// results are the findings, in their order. What is fixed or set aside is
// information.
func results(findings []lint.Finding, objects []*manifest.Object) []result {
	var out []result
	for _, f := range findings {
		r := result{
			Message:     f.Message,
			Severity:    f.Severity.String(),
			ResourceRef: &resourceRef{APIVersion: f.Object.APIVersion, Kind: f.Object.Kind, Name: f.Object.Name, Namespace: f.Object.Namespace},
			File:        fileOf(f.Object, objects),
			Tags:        map[string]string{"rule": f.Rule, "step": string(f.Step), "fingerprint": f.Fingerprint},
		}
		if f.Field != "" {
			r.Field = &field{f.Field}
		}
		if f.Fixable != "" {
			r.Tags["fixable"] = f.Fixable
		}
		switch {
		case f.Fixed:
			r.Severity, r.Message = lint.Info.String(), "fixed ("+f.Deed+"): "+f.Message
			r.Tags["fixed"] = "true"
		case f.Ignored != nil:
			r.Severity = lint.Info.String()
			r.Tags["ignored"] = f.Ignored.Reason
		case f.Unfixed != "":
			r.Tags["unfixed"] = f.Unfixed
		}
		out = append(out, r)
	}
	return out
}

// fileOf is the file that an object was read from, as kustomize and kpt say it
// in annotations, now and in older versions.
func fileOf(id manifest.ID, objects []*manifest.Object) *file {
	for _, o := range objects {
		if o.Kind != id.Kind || o.Name != id.Name || o.APIVersion != id.APIVersion || (o.Namespace != id.Namespace && id.Namespace != "") {
			continue
		}
		for _, prefix := range []string{"internal.config.kubernetes.io/", "config.kubernetes.io/"} {
			if path := o.Annotation(prefix + "path"); path != "" {
				index, _ := strconv.Atoi(o.Annotation(prefix + "index"))
				return &file{Path: path, Index: index}
			}
		}
	}
	return nil
}

// withResults puts results at the end of a ResourceList, in place of any that
// it holds.
func withResults(text []byte, all []result) ([]byte, error) {
	var document yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&document); err != nil {
		return nil, fmt.Errorf("ResourceList: %w", err)
	}
	root := yaml.NewRNode(&document)
	if len(all) == 0 && root.Field("results") == nil {
		return text, nil
	}
	value, err := yaml.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("results: %w", err)
	}
	flow := document.Content[0].Style&yaml.FlowStyle != 0
	if root.Field("results") == nil && !flow {
		appended := bytes.Clone(text)
		if !bytes.HasSuffix(appended, []byte("\n")) {
			appended = append(appended, '\n')
		}
		appended = append(append(appended, "results:\n"...), value...)
		if sound(appended, len(all)) {
			return appended, nil
		}
	}
	if len(all) == 0 {
		err = root.PipeE(yaml.Clear("results"))
	} else {
		var node *yaml.RNode
		if node, err = yaml.Parse(string(value)); err == nil {
			err = root.PipeE(yaml.SetField("results", node))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("results: %w", err)
	}
	printed, err := root.String()
	if err == nil && len(all) > 0 && !sound([]byte(printed), len(all)) {
		err = errors.New("they cannot be put into the list")
	}
	if err != nil {
		return nil, fmt.Errorf("results: %w", err)
	}
	return []byte(printed), nil
}

// sound reports whether a text holds a ResourceList with so many results.
func sound(text []byte, want int) bool {
	stream, err := manifest.Parse(text)
	if err != nil {
		return false
	}
	list, err := listOf(stream)
	return err == nil && len(manifest.ListAt(list, "results")) == want
}
