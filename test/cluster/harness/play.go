package harness

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
)

var (
	claims  = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumeclaims"}
	volumes = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumes"}
	pods    = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	classes = schema.GroupVersionResource{Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"}
)

// StorageClass is the default class.
const StorageClass = "standard"

// Unprovisioned is a class that nobody makes volumes for: its claims stay pending.
const Unprovisioned = "unprovisioned"

const provisioner = "volumes.helm-stateful.test"

// play makes the default class and plays the provisioner and the kubelet from
// now on.
func (c *Cluster) play(ctx context.Context) error {
	class := map[string]any{
		"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
		"metadata":    map[string]any{"name": StorageClass, "annotations": map[string]any{"storageclass.kubernetes.io/is-default-class": "true"}},
		"provisioner": provisioner, "allowVolumeExpansion": true,
	}
	if _, err := c.Dynamic.Resource(classes).Create(ctx, &unstructured.Unstructured{Object: class}, metav1.CreateOptions{}); err != nil {
		return err
	}
	// What fails is tried again when the informer shows the object again.
	factory := dynamicinformer.NewDynamicSharedInformerFactory(c.Dynamic, time.Second)
	claimStore := factory.ForResource(claims).Informer()
	podStore := factory.ForResource(pods).Informer()
	volumeStore := factory.ForResource(volumes).Informer()
	for informer, do := range map[cache.SharedIndexInformer]func(*unstructured.Unstructured) error{
		claimStore:  func(o *unstructured.Unstructured) error { return c.provision(ctx, o) },
		volumeStore: func(o *unstructured.Unstructured) error { return c.reclaim(ctx, o) },
		podStore: func(o *unstructured.Unstructured) error {
			return c.run(ctx, claimStore.GetStore(), podStore.GetStore(), o)
		},
	} {
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(o any) { _ = do(o.(*unstructured.Unstructured)) },
			UpdateFunc: func(_, o any) { _ = do(o.(*unstructured.Unstructured)) },
		})
		if err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	done := make(chan struct{})
	c.played = append(c.played, done)
	go func() {
		<-ctx.Done()
		factory.Shutdown()
		close(done)
	}()
	for _, synced := range factory.WaitForCacheSync(ctx.Done()) {
		if !synced {
			return errors.New("the claims and pods of the new cluster could not be listed")
		}
	}
	return nil
}

// provision makes a claim its volume, as an external provisioner does: the
// controller manager then binds them. A claim that names its volume gets one of
// that name.
func (c *Cluster) provision(ctx context.Context, claim *unstructured.Unstructured) error {
	phase, _, _ := unstructured.NestedString(claim.Object, "status", "phase")
	if phase == "Bound" || claim.GetDeletionTimestamp() != nil {
		return nil
	}
	spec, _, err := unstructured.NestedMap(claim.Object, "spec")
	if err != nil {
		return err
	}
	if spec["storageClassName"] == Unprovisioned {
		return nil
	}
	name, _ := spec["volumeName"].(string)
	if name == "" {
		name = "pvc-" + string(claim.GetUID())
	}
	size, _, _ := unstructured.NestedString(spec, "resources", "requests", "storage")
	volume := map[string]any{
		"accessModes": spec["accessModes"], "volumeMode": spec["volumeMode"],
		"capacity":                      map[string]any{"storage": size},
		"persistentVolumeReclaimPolicy": c.reclaimPolicy(ctx, spec["storageClassName"]),
		"csi":                           map[string]any{"driver": provisioner, "volumeHandle": string(claim.GetUID())},
		"claimRef": map[string]any{"apiVersion": "v1", "kind": "PersistentVolumeClaim",
			"namespace": claim.GetNamespace(), "name": claim.GetName(), "uid": string(claim.GetUID())},
	}
	for _, field := range []string{"storageClassName", "volumeAttributesClassName"} {
		if value, ok := spec[field]; ok {
			volume[field] = value
		}
	}
	_, err = c.Dynamic.Resource(volumes).Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "PersistentVolume", "spec": volume,
		"metadata": map[string]any{"name": name, "annotations": map[string]any{"pv.kubernetes.io/provisioned-by": provisioner}},
	}}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// reclaimPolicy is that of a class. One that is not there, or says nothing,
// deletes.
func (c *Cluster) reclaimPolicy(ctx context.Context, class any) string {
	name, _ := class.(string)
	if name == "" {
		return "Delete"
	}
	o, err := c.Dynamic.Resource(classes).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return "Delete"
	}
	policy, _, _ := unstructured.NestedString(o.Object, "reclaimPolicy")
	return policy
}

// reclaim deletes a volume that its claim has left and that is not to be kept,
// as an external provisioner does.
func (c *Cluster) reclaim(ctx context.Context, volume *unstructured.Unstructured) error {
	policy, _, _ := unstructured.NestedString(volume.Object, "spec", "persistentVolumeReclaimPolicy")
	if phase(volume) != "Released" || policy != "Delete" || volume.GetAnnotations()["pv.kubernetes.io/provisioned-by"] != provisioner {
		return nil
	}
	return c.Dynamic.Resource(volumes).Delete(ctx, volume.GetName(), metav1.DeleteOptions{})
}
