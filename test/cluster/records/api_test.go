package records

import (
	"context"

	helm "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	client "k8s.io/client-go/kubernetes/typed/core/v1"
)

// secretsAPI is an API server that holds one Secret. What Helm's driver does not
// ask of it here is not there.
type secretsAPI struct {
	client.SecretInterface
	object corev1.Secret
}

func (a *secretsAPI) Create(_ context.Context, o *corev1.Secret, _ metav1.CreateOptions) (*corev1.Secret, error) {
	a.object = *o
	return o, nil
}

func (a *secretsAPI) List(context.Context, metav1.ListOptions) (*corev1.SecretList, error) {
	return &corev1.SecretList{Items: []corev1.Secret{a.object}}, nil
}

// configMapsAPI is one that holds one ConfigMap.
type configMapsAPI struct {
	client.ConfigMapInterface
	object corev1.ConfigMap
}

func (a *configMapsAPI) Create(_ context.Context, o *corev1.ConfigMap, _ metav1.CreateOptions) (*corev1.ConfigMap, error) {
	a.object = *o
	return o, nil
}

// readByHelm reads a record as Helm does. It is false for one that Helm passes
// over as damaged.
func readByHelm(text []byte) (*helm.Release, bool) {
	api := &secretsAPI{object: corev1.Secret{Data: map[string][]byte{"release": text}}}
	all, err := driver.NewSecrets(api).List(func(*helm.Release) bool { return true })
	if err != nil || len(all) == 0 {
		return nil, false
	}
	return all[0], true
}
