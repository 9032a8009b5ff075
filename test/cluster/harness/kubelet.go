package harness

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"
)

// Pods is what becomes of the pods of a namespace.
type Pods int

// What becomes of pods.
const (
	// Run is the default: pods whose claims are bound run; those that are to end
	// have succeeded.
	Run Pods = iota
	// Fail lets those that are to end fail.
	Fail
	// Apart gives each pod a node of its own: it waits for a volume that another
	// one uses.
	Apart
)

// behaviours are those of the namespaces that have another than the default.
type behaviours struct {
	mu sync.Mutex
	of map[string]Pods
}

// SetPods says what becomes of the pods of a namespace from now on.
func (c *Cluster) SetPods(namespace string, p Pods) {
	c.pods.mu.Lock()
	defer c.pods.mu.Unlock()
	if c.pods.of == nil {
		c.pods.of = map[string]Pods{}
	}
	c.pods.of[namespace] = p
}

func (b *behaviours) get(namespace string) Pods {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.of[namespace]
}

// run says of a pod what its kubelet would say.
func (c *Cluster) run(ctx context.Context, claimsNow, podsNow cache.Store, pod *unstructured.Unstructured) error {
	behaviour := c.pods.get(pod.GetNamespace())
	if phase(pod) != "Pending" || pod.GetDeletionTimestamp() != nil || !claimsBound(claimsNow, pod) {
		return nil
	}
	if behaviour == Apart && waits(podsNow, pod) {
		return nil
	}
	status := map[string]any{"phase": "Running", "conditions": []any{condition("Ready"), condition("ContainersReady"), condition("Initialized")}}
	if restart, _, _ := unstructured.NestedString(pod.Object, "spec", "restartPolicy"); restart != "Always" {
		status = map[string]any{"phase": "Succeeded"}
		if behaviour == Fail {
			status["phase"] = "Failed"
		}
	}
	pod = pod.DeepCopy()
	pod.Object["status"] = status
	_, err := c.Dynamic.Resource(pods).Namespace(pod.GetNamespace()).UpdateStatus(ctx, pod, metav1.UpdateOptions{FieldManager: "kubelet"})
	return err
}

func phase(pod *unstructured.Unstructured) string {
	p, _, _ := unstructured.NestedString(pod.Object, "status", "phase")
	return p
}

func condition(name string) map[string]any {
	return map[string]any{"type": name, "status": "True", "lastTransitionTime": time.Now().UTC().Format(time.RFC3339)}
}

func claimsBound(claimsNow cache.Store, pod *unstructured.Unstructured) bool {
	for _, name := range mounted(pod) {
		claim, exists, _ := claimsNow.GetByKey(pod.GetNamespace() + "/" + name)
		if !exists || phase(claim.(*unstructured.Unstructured)) != "Bound" {
			return false
		}
	}
	return true
}

// waits reports whether another pod uses a claim of this one.
func waits(podsNow cache.Store, pod *unstructured.Unstructured) bool {
	taken := map[string]bool{}
	for _, item := range podsNow.List() {
		other := item.(*unstructured.Unstructured)
		if other.GetNamespace() != pod.GetNamespace() || phase(other) != "Running" {
			continue
		}
		for _, name := range mounted(other) {
			taken[name] = true
		}
	}
	for _, name := range mounted(pod) {
		if taken[name] {
			return true
		}
	}
	return false
}

// mounted are the names of a pod's claims.
func mounted(pod *unstructured.Unstructured) []string {
	var out []string
	list, _, _ := unstructured.NestedSlice(pod.Object, "spec", "volumes")
	for _, v := range list {
		volume, _ := v.(map[string]any)
		if name, found, _ := unstructured.NestedString(volume, "persistentVolumeClaim", "claimName"); found {
			out = append(out, name)
		}
	}
	return out
}
