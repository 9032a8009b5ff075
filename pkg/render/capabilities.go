package render

import (
	"fmt"

	"helm.sh/helm/v3/pkg/chartutil"
)

// DefaultKubeVersion is what templates see as .Capabilities.KubeVersion unless
// told otherwise. Helm's library says v1.20.0 where it is not built as the helm
// command is (helm v3.22.0, pkg/chartutil/capabilities.go and Makefile).
const DefaultKubeVersion = "v1.37.0"

// helmVersion is what templates see as .Capabilities.HelmVersion.Version.
const helmVersion = "v3.22.0"

func capabilities(kubeVersion string, apiVersions []string) (*chartutil.Capabilities, error) {
	if kubeVersion == "" {
		kubeVersion = DefaultKubeVersion
	}
	parsed, err := chartutil.ParseKubeVersion(kubeVersion)
	if err != nil {
		return nil, fmt.Errorf("--kube-version %s: %w", kubeVersion, err)
	}
	caps := chartutil.DefaultCapabilities.Copy()
	caps.KubeVersion = *parsed
	caps.HelmVersion.Version = helmVersion
	caps.APIVersions = append(caps.APIVersions, apiVersions...)
	return caps, nil
}
