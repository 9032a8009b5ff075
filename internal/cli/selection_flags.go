//go:build !postrenderer

package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// selectionFlags choose some of the charts that are named.
type selectionFlags struct{ changedSince, against, shard string }

func (f *selectionFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.changedSince, "changed-since", "", "only charts that changed since HEAD left this git `revision`")
	flags.StringVar(&f.against, "against", "", "as --changed-since `revision`, and compare each with what it was")
	flags.StringVar(&f.shard, "shard", "", "only part `I/N` of the charts: for the jobs of a CI matrix")
}

// fill writes the choice into the options.
func (f *selectionFlags) fill(o *stateful.LintOptions) (err error) {
	o.ChangedSince, o.Against = cmp.Or(f.changedSince, f.against), f.against
	if f.shard == "" {
		return nil
	}
	if o.Shard, err = stateful.ParseShard(f.shard); err != nil {
		return fmt.Errorf("--shard: %w", err)
	}
	return nil
}

// nothing says why no chart is left.
func (f *selectionFlags) nothing() string {
	var why []string
	if since := cmp.Or(f.changedSince, f.against); since != "" {
		why = append(why, "differs from the merge base of HEAD and "+since)
	}
	if f.shard != "" {
		why = append(why, "falls into shard "+f.shard)
	}
	return "nothing to lint: no chart " + strings.Join(why, " and ")
}
