package lifecycle

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// one prints a minimal object; extra are further metadata lines.
func one(kind, name, extra string) string {
	return fmt.Sprintf("---\nkind: %s\nmetadata:\n  name: %s\n  %s\n", kind, name, extra)
}

// played is what became of each object in a step, in order.
func played(p *Play, step Step) []string {
	var out []string
	for _, e := range p.Of(step) {
		out = append(out, string(e.Action)+" "+e.Object.String())
	}
	return out
}

func TestLifeOfObjects(t *testing.T) {
	annotated := func(key, value string) string { return "annotations: {" + key + ": '" + value + "'}" }
	install := one("Secret", "s", "") +
		one("Deployment", "d", "") +
		one("PersistentVolumeClaim", "kept", annotated("helm.sh/resource-policy", "keep")) +
		one("PersistentVolumeClaim", "odd", annotated("helm.sh/resource-policy", "Keep")) +
		one("Widget", "w", "") +
		one("Job", "second", annotated("helm.sh/hook", "pre-install")) +
		one("Job", "first", "annotations: {helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-weight: '-1'}") +
		one("Job", "once", "annotations: {helm.sh/hook: 'post-install', helm.sh/hook-delete-policy: hook-succeeded}") +
		one("Job", "dropped", annotated("helm.sh/hook", "crd-install")) +
		one("Job", "test", annotated("helm.sh/hook", "test"))
	s := &script{senses: Senses{Upgrade: true}, print: func(in Inputs, _ int) (string, error) {
		if in.Revision == 2 || in.NextVersion { // without the Deployment and both claims
			return one("Secret", "s", "labels: {v: next}") + one("ConfigMap", "new", "") +
				one("Job", "first", "annotations: {helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-weight: '-1'}"), nil
		}
		return install, nil
	}}
	r := rehearse(t, s)
	require.Len(t, r.Plays, 2)
	p := r.Plays[0]
	assert.Equal(t, ClientSide, p.Mode)
	assert.Equal(t, []string{
		"created Job/first", "created Job/second",
		"created Secret/s", "created Deployment/d", "created PersistentVolumeClaim/kept", "created PersistentVolumeClaim/odd", "created Widget/w",
		"created Job/once", "deleted Job/once",
	}, played(p, Install))
	assert.Equal(t, []string{
		"deleted Job/first", "created Job/first",
		"changed Secret/s", "created ConfigMap/new",
		// Removal by an upgrade goes by the live object, in exactly that spelling.
		"deleted Deployment/d", "kept PersistentVolumeClaim/kept", "deleted PersistentVolumeClaim/odd", "deleted Widget/w",
	}, played(p, Upgrade))
	assert.Equal(t, []string{
		"changed Secret/s", "created Deployment/d", "adopted PersistentVolumeClaim/kept", "created PersistentVolumeClaim/odd", "created Widget/w",
		"deleted ConfigMap/new",
	}, played(p, Rollback))
	assert.Equal(t, []string{
		// Kinds that Helm does not know go last; any policy spares the object.
		"deleted Deployment/d", "kept PersistentVolumeClaim/kept", "kept PersistentVolumeClaim/odd", "deleted Secret/s", "deleted Widget/w",
	}, played(p, Uninstall))
	var left []string
	for _, o := range p.Left {
		left = append(left, strings.TrimSuffix(idOf(o), "/"))
	}
	assert.Equal(t, []string{"Job//first", "Job//second", "PersistentVolumeClaim//kept", "PersistentVolumeClaim//odd"}, left)
	assert.Equal(t, []string{
		"deleted Job/first", "created Job/first", "deleted Job/second", "created Job/second",
		"created Secret/s", "created Deployment/d", "adopted PersistentVolumeClaim/kept", "adopted PersistentVolumeClaim/odd", "created Widget/w",
		"created Job/once", "deleted Job/once",
	}, played(p, Reinstall))
}

func TestHookInTheWay(t *testing.T) {
	s := &script{print: constant(one("Job", "j", "annotations: {helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-delete-policy: hook-failed}"))}
	r := rehearse(t, s)
	assert.Equal(t, []string{"refused Job/j"}, played(r.Plays[0], Upgrade), "Helm 3 creates and finds it there")
	assert.Equal(t, []string{"changed Job/j"}, played(r.Plays[1], Upgrade), "Helm 4 patches it")
}

func TestRefusalDoesNotHideTheOthers(t *testing.T) {
	s := &script{print: constant("kind: A\nmetadata: {name: a}\nrefuse: 'no'\n" + one("B", "b", ""))}
	r := rehearse(t, s)
	events := r.Plays[0].Of(Install)
	require.Len(t, events, 2)
	assert.Equal(t, Refused, events[0].Action)
	assert.Equal(t, Verdict{Refused: true, Message: "no"}, events[0].Verdict)
	assert.Equal(t, Created, events[1].Action)
}

func TestForeignObjectIsNotTakenOver(t *testing.T) {
	c := newMemory()
	c.objects[id("A", "prod", "a")] = map[string]any{"kind": "A", "metadata": map[string]any{"name": "a", "namespace": "prod"}}
	r, err := Rehearse(t.Context(), &script{print: constant(one("A", "a", ""))}, c, Options{Release: Release{Name: "rel", Namespace: "prod"}})
	require.NoError(t, err)
	events := r.Plays[0].Of(Install)
	require.Len(t, events, 1)
	assert.Equal(t, Refused, events[0].Action)
	assert.Contains(t, events[0].Verdict.Message, "cannot be imported into the current release: invalid ownership metadata")
	assert.Len(t, c.objects, 1, "the cluster that was given stays as it was")
}

func TestOwnershipMarks(t *testing.T) {
	c := newMemory()
	s := &stage{release: Release{Name: "rel", Namespace: "prod"}, cluster: c, mode: ClientSide, play: &Play{}}
	stream, err := manifest.Parse([]byte(one("A", "a", "labels: {x: why}") + one("Namespace", "ns", "")))
	require.NoError(t, err)
	s.deploy(Install, nil, &Rendering{Stream: stream}, "install")
	a := c.objects[id("A", "prod", "a")]
	assert.Equal(t, map[string]string{"x": "why", "app.kubernetes.io/managed-by": "Helm"}, manifest.StringMapAt(a, "metadata", "labels"))
	assert.Equal(t, "rel", manifest.StringAt(a, "metadata", "annotations", "meta.helm.sh/release-name"))
	assert.NotNil(t, c.objects[id("Namespace", "", "ns")])
	assert.Empty(t, stream.Objects()[0].Annotation("meta.helm.sh/release-name"), "the rendering stays as it was")
}

func TestUninstallOrder(t *testing.T) {
	assert.Negative(t, byUninstallOrder(ClientSide, "Deployment", "PersistentVolumeClaim"))
	assert.Negative(t, byUninstallOrder(ClientSide, "PriorityClass", "Anything"))
	assert.Negative(t, byUninstallOrder(ClientSide, "Alpha", "Beta"))
	assert.Positive(t, byUninstallOrder(ClientSide, "ValidatingWebhookConfiguration", "Service"))
	assert.Negative(t, byUninstallOrder(ServerSide, "ValidatingWebhookConfiguration", "APIService"))
}
