package apiserver

import (
	"fmt"

	jsonpatch "github.com/evanphx/json-patch"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	kjson "sigs.k8s.io/json"
)

// Merge computes what Helm's client-side apply makes of an object: previous is
// the last revision's manifest, next the new one, live the object in the
// cluster. Kinds that Helm has a type for are merged three-way and
// strategically; of the others only the difference from previous to next is
// sent, and live is not looked at. It returns the full patched object before
// defaulting and validation, which Update does, and whether the patch is empty,
// in which case Helm sends nothing.
// (helm.sh/helm/v3 v3.22.0 pkg/kube/client.go, createPatch, without
// --take-ownership; applied as k8s.io/apiserver pkg/endpoints/handlers/patch.go.)
func (j *Judge) Merge(previous, next, live map[string]any) (patched map[string]any, empty bool, err error) {
	before, err := marshal(previous)
	if err != nil {
		return nil, false, fmt.Errorf("serializing current configuration: %w", err)
	}
	after, err := marshal(next)
	if err != nil {
		return nil, false, fmt.Errorf("serializing target configuration: %w", err)
	}
	// Helm reads the manifest as JSON, whose numbers have fewer types than Go's.
	target, err := parse(after)
	if err != nil {
		return nil, false, err
	}
	if typed := j.helmType(target); typed != nil {
		return mergeStrategically(before, after, live, typed)
	}
	return mergeJSON(before, after, live)
}

func mergeStrategically(before, after []byte, live map[string]any, typed runtime.Object) (map[string]any, bool, error) {
	current, err := marshal(live)
	if err != nil {
		return nil, false, fmt.Errorf("serializing live configuration: %w", err)
	}
	lookup, err := strategicpatch.NewPatchMetaFromStruct(typed)
	if err != nil {
		return nil, false, fmt.Errorf("unable to create patch metadata from object: %w", err)
	}
	data, err := strategicpatch.CreateThreeWayMergePatch(before, after, current, lookup, true)
	if err != nil {
		return nil, false, fmt.Errorf("failed to create patch: %w", err)
	}
	if isEmpty(data) {
		return deepCopy(live), true, nil
	}
	patch, err := parse(data)
	if err != nil {
		return nil, false, err
	}
	patched, err := strategicpatch.StrategicMergeMapPatch(deepCopy(live), patch, typed)
	if err != nil {
		return nil, false, fmt.Errorf("apply the patch: %w", err)
	}
	return patched, false, nil
}

func mergeJSON(before, after []byte, live map[string]any) (map[string]any, bool, error) {
	patch, err := jsonpatch.CreateMergePatch(before, after)
	if err != nil {
		return nil, false, fmt.Errorf("failed to create patch: %w", err)
	}
	if isEmpty(patch) {
		return deepCopy(live), true, nil
	}
	current, err := marshal(live)
	if err != nil {
		return nil, false, fmt.Errorf("serializing live configuration: %w", err)
	}
	data, err := jsonpatch.MergePatch(current, patch)
	if err != nil {
		return nil, false, fmt.Errorf("apply the patch: %w", err)
	}
	patched, err := parse(data)
	return patched, false, err
}

func isEmpty(patch []byte) bool { return patch == nil || string(patch) == "{}" }

// parse reads JSON with whole numbers as int64.
func parse(data []byte) (map[string]any, error) {
	var out map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &out); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	return out, nil
}
