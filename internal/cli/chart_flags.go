//go:build !postrenderer

package cli

import (
	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// chartFlags are what a chart is rendered with, under the names of Helm's own
// flags. There is no -n: Helm takes it and --namespace out of a plugin's
// arguments and hands them on as HELM_NAMESPACE.
type chartFlags struct {
	values      render.ValueFlags
	release     lifecycle.Release
	kubeVersion string
	apiVersions []string
}

func (f *chartFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.release.Name, "name", "", "release `name` (default release-name)")
	flags.StringVar(&f.release.Namespace, "namespace", "", "release `namespace` (default $HELM_NAMESPACE, else default)")
	flags.StringArrayVarP(&f.values.Files, "values", "f", nil, "values `file`, as helm takes it (repeatable)")
	flags.StringArrayVar(&f.values.Set, "set", nil, "set `key=value`, as helm does (also -string, -file, -json, -literal)")
	flags.StringArrayVar(&f.values.Strings, "set-string", nil, "set a `key=string` (repeatable)")
	flags.StringArrayVar(&f.values.SetFiles, "set-file", nil, "set a `key=path` from a file's content (repeatable)")
	flags.StringArrayVar(&f.values.JSON, "set-json", nil, "set a `key=json` (repeatable)")
	flags.StringArrayVar(&f.values.Literals, "set-literal", nil, "set a `key=literal` (repeatable)")
	flags.StringVar(&f.kubeVersion, "kube-version", "", "Kubernetes `version` that templates see (default "+render.DefaultKubeVersion+"; also -a)")
	flags.StringSliceVarP(&f.apiVersions, "api-versions", "a", nil, "further API `versions` that templates see")
	hide(cmd, "set-string", "set-file", "set-json", "set-literal", "api-versions")
}

// fill puts the flags into options.
func (f *chartFlags) fill(c *Command, o *stateful.LintOptions) (err error) {
	f.values.Stdin = c.Stdin
	if o.Values, err = f.values.Merge(); err != nil {
		return err
	}
	o.Release, o.KubeVersion, o.APIVersions = f.release, f.kubeVersion, f.apiVersions
	if o.Release.Namespace == "" {
		o.Release.Namespace = c.Getenv("HELM_NAMESPACE")
	}
	return nil
}
