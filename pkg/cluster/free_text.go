package cluster

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/kubernetes/pkg/apis/core"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// freeTexts are the fields of an object that the API server takes any other text
// in, but for a rule of the field's own, and from which nothing else follows
// (kubernetes v1.37.1):
//
//   - labels and annotations, of the object and of the pod template of a workload,
//     but for those that mean something to Kubernetes, and labels of pods that the
//     workload selects by. Labels have to be label values, annotations must not be
//     too many (pkg/apis/core/validation, ValidatePodTemplateSpec; pkg/apis/apps/
//     validation, where selectors must match).
//   - images of the containers of a pod template, which must not be empty
//     (ValidatePodSpec, validateContainerCommon). The pull policy that a tag asks
//     for is set once (pkg/apis/core/v1/defaults.go, SetDefaults_Container).
//   - values of a Secret of no kind of Kubernetes' own, or of a certificate, of
//     which only the keys matter, unless it is immutable (ValidateSecret).
type freeTexts struct {
	key        key
	live, next map[string]any
	// what was rewritten
	annotations, template bool
}

// templateOf is the place of the pod template in a workload whose template can
// be changed, or nil, and whether nothing is filled in by the template's labels, as
// the first versions of the API did.
func templateOf(object map[string]any) (at manifest.Path, labels bool) {
	switch manifest.StringAt(object, "apiVersion") + " " + manifest.StringAt(object, "kind") {
	case "apps/v1 Deployment", "apps/v1 StatefulSet", "apps/v1 DaemonSet", "apps/v1beta2 Deployment", "apps/v1beta2 StatefulSet", "apps/v1beta2 DaemonSet":
		return manifest.Path{"spec", "template"}, true
	case "apps/v1beta1 Deployment", "apps/v1beta1 StatefulSet", "extensions/v1beta1 Deployment":
		return manifest.Path{"spec", "template"}, false
	case "batch/v1 CronJob", "batch/v1beta1 CronJob":
		return manifest.Path{"spec", "jobTemplate", "spec", "template"}, true
	}
	return nil, false
}

// takes reports whether a field is free, and takes the text.
func (f *freeTexts) takes(path manifest.Path, text string) bool {
	if text == "" || !utf8.ValidString(text) || len(path) < 2 {
		return false
	}
	switch path[0] {
	case "metadata":
		f.annotations = f.annotations || path[1] == "annotations"
		return f.takesMeta(path[1:], text)
	case "data":
		return len(path) == 2 && f.takesSecret(text)
	case "spec":
		template, labels := templateOf(f.next)
		if template == nil || !path.HasPrefix(template) {
			return false
		}
		f.template = true
		return f.takesTemplate(path, path[len(template):], text, labels)
	}
	return false
}

// takesMeta reports so for the metadata of an object or a pod template.
func (f *freeTexts) takesMeta(path manifest.Path, text string) bool {
	if len(path) != 2 {
		return false
	}
	name, _ := path[1].(string)
	switch path[0] {
	case "labels":
		return !meansSomething(name) && len(utilvalidation.IsValidLabelValue(text)) == 0
	case "annotations":
		return !meansSomething(name)
	}
	return false
}

func (f *freeTexts) takesTemplate(path, in manifest.Path, text string, labels bool) bool {
	switch {
	case len(in) == 3 && in[0] == "metadata":
		return f.takesMeta(in[1:], text) && (in[1] != "labels" || labels && !f.selects(in[2]))
	case len(in) == 4 && in[0] == "spec" && (in[1] == "containers" || in[1] == "initContainers") && in[3] == "image":
		container, _ := manifest.Lookup(f.next, path[:len(path)-1]...)
		policy, says := manifest.Lookup(container, "imagePullPolicy")
		return nameOf(container) != "" && (!says || policy != nil && policy != "")
	}
	return false
}

// selects reports whether the workload selects its pods by a label.
func (f *freeTexts) selects(label any) bool {
	selector := manifest.MapAt(f.live, "spec", "selector")
	_, matched := manifest.Lookup(selector, "matchLabels", label)
	return matched || slices.ContainsFunc(manifest.ListAt(selector, "matchExpressions"), func(e any) bool {
		key, _ := manifest.Lookup(e, "key")
		return key == label
	})
}

func (f *freeTexts) takesSecret(text string) bool {
	kind := manifest.StringAt(f.live, "type")
	if f.key.group != "" || f.key.kind != "Secret" || kind != string(core.SecretTypeOpaque) && kind != string(core.SecretTypeTLS) ||
		f.live["immutable"] == true || f.next["stringData"] != nil {
		return false
	}
	content, err := base64.StdEncoding.Strict().DecodeString(text)
	return err == nil && base64.StdEncoding.EncodeToString(content) == text
}

// finish counts the changes as the API server does, and reports whether what is
// stored is small enough.
func (f *freeTexts) finish(stored map[string]any) bool {
	was, _ := f.live["metadata"].(map[string]any)
	if was == nil || was["deletionTimestamp"] != nil || !smallAnnotations(stored, "metadata") {
		return false
	}
	is, _ := stored["metadata"].(map[string]any)
	is = maps.Clone(is)
	stored["metadata"] = is
	if f.template || f.annotations && f.key.kind == "Deployment" && manifest.BuiltIn(f.key.group) {
		if generation, counted := was["generation"].(int64); counted {
			is["generation"] = generation + 1
		}
	}
	size := 0
	if f.key.kind == "Secret" {
		for _, value := range manifest.MapAt(stored, "data") {
			text, _ := value.(string)
			size += len(text)
		}
	}
	template, _ := templateOf(f.next)
	return size <= core.MaxSecretSize && (!f.template || smallAnnotations(stored, template.Append("metadata")...) && f.countTemplate(is))
}

// countTemplate counts the versions of a DaemonSet's template, of which later
// versions of the API make an annotation (pkg/apis/apps/v1/conversion.go).
func (f *freeTexts) countTemplate(meta map[string]any) bool {
	if f.key.kind != "DaemonSet" {
		return true
	}
	if _, own := manifest.Lookup(f.next, "metadata", "annotations", appsv1.DeprecatedTemplateGeneration); own {
		return false
	}
	annotations := maps.Clone(manifest.MapAt(meta, "annotations"))
	count, err := strconv.ParseInt(manifest.StringAt(annotations, appsv1.DeprecatedTemplateGeneration), 10, 64)
	if err != nil {
		return false
	}
	annotations[appsv1.DeprecatedTemplateGeneration] = strconv.FormatInt(count+1, 10)
	meta["annotations"] = annotations
	return true
}

// smallAnnotations reports whether annotations are texts of a size that is taken.
func smallAnnotations(object map[string]any, meta ...any) bool {
	size := 0
	for key, value := range manifest.MapAt(object, append(slices.Clone(meta), "annotations")...) {
		text, ok := value.(string)
		if !ok {
			return false
		}
		size += len(key) + len(text)
	}
	return size <= validation.TotalAnnotationSizeLimitB
}

// meansSomething reports whether a label or an annotation belongs to Kubernetes,
// other than those that it recommends to all (app.kubernetes.io). What it has done
// with in later versions it keeps in annotations that are called deprecated.
func meansSomething(key string) bool {
	domain, _, qualified := strings.Cut(key, "/")
	if !qualified {
		return strings.HasPrefix(key, "deprecated.")
	}
	if domain == "app.kubernetes.io" {
		return false
	}
	return slices.ContainsFunc([]string{"kubernetes.io", "k8s.io"}, func(own string) bool {
		return domain == own || strings.HasSuffix(domain, "."+own)
	})
}
