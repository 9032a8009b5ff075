package rules

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// isSetting reports whether a custom resource only tells a controller what to
// do: no controller sets finalizers on it or makes pods for it, so that it goes
// as soon as it is deleted.
func isSetting(o *manifest.Object) bool {
	if ownConfiguration().MatchString(o.Kind) {
		return true
	}
	kinds, ok := settingKinds(o.Group())
	return ok && (kinds == nil || slices.Contains(kinds, o.Kind))
}

// ownConfiguration matches the kinds by which controllers take their own
// settings.
var ownConfiguration = lazy.Pattern(`(Operator|Controller)Config(uration)?$`)

// settingKinds returns the kinds of a group that are settings, nil for all of
// them.
func settingKinds(group string) (kinds []string, ok bool) {
	switch group {
	case "monitoring.coreos.com": // prometheus-operator leaves all cleaning up to owner references
		return nil, true
	case "cert-manager.io", "certmanager.k8s.io", "trust.cert-manager.io": // only acme Challenges, which nobody writes by hand, have finalizers
		return nil, true
	case "gateway.networking.k8s.io", "gateway.envoyproxy.io", "gateway.nginx.org", "k8s.nginx.org", "traefik.io", "traefik.containo.us",
		"configuration.konghq.com", "getambassador.io", "projectcontour.io", "apisix.apache.org", "gateway.solo.io", "gloo.solo.io",
		"networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io", "policy.linkerd.io", "linkerd.io": // routes and policies that a proxy reads
		return nil, true
	case "cilium.io", "crd.projectcalico.org", "projectcalico.org", "metallb.io", "k8s.cni.cncf.io", "externaldns.k8s.io": // what a network agent reads
		return nil, true
	case "kyverno.io", "policies.kyverno.io", "templates.gatekeeper.sh", "constraints.gatekeeper.sh", "config.gatekeeper.sh": // admission policies
		return nil, true
	case "velero.io", "ark.heptio.com": // backups and restores do have finalizers
		return []string{"BackupStorageLocation", "VolumeSnapshotLocation", "Schedule"}, true
	case "external-secrets.io": // what is pushed outside does have finalizers
		return []string{"SecretStore", "ClusterSecretStore", "ExternalSecret"}, true
	case "keda.sh": // what is scaled does have finalizers
		return []string{"TriggerAuthentication", "ClusterTriggerAuthentication"}, true
	case "argoproj.io": // what is run does have finalizers
		return []string{"AppProject", "WorkflowTemplate", "ClusterWorkflowTemplate", "AnalysisTemplate", "ClusterAnalysisTemplate"}, true
	case "snapshot.storage.k8s.io":
		return []string{"VolumeSnapshotClass"}, true
	case "secrets-store.csi.x-k8s.io", "nfd.k8s-sigs.io", "autoscaling.k8s.io", "bitnami.com": // read where they are needed, owners of what is made of them
		return nil, true
	}
	return nil, strings.HasSuffix(group, ".openshift.io") // OpenShift's own API, which operators only use
}
