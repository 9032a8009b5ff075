//go:build !postrenderer

package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// baselineFlags are about the findings that are known.
type baselineFlags struct{ read, write, since string }

func (f *baselineFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.read, "baseline", "", "leave out the findings that this `file` knows")
	cmd.Flags().StringVar(&f.write, "write-baseline", "", "write all findings to this `file`, for --baseline")
	cmd.Flags().StringVar(&f.since, "new-since", "", "leave out what was found when HEAD left this git `revision`")
	cmd.MarkFlagsMutuallyExclusive("new-since", "write-baseline")
	cmd.MarkFlagsMutuallyExclusive("baseline", "write-baseline")
}

// checked makes sure that the file can be written before the work is done.
func (f *baselineFlags) checked() error {
	if f.write == "" {
		return nil
	}
	if err := checkFolder(f.write); err != nil {
		return fmt.Errorf("--write-baseline: %w", err)
	}
	return nil
}

// written writes the baseline, if one is to be written, and returns the report
// under it. Of the file as it was, what is about other charts stays.
func (f *baselineFlags) written(r *report.Report) (*report.Report, error) {
	if f.write == "" {
		return r, nil
	}
	older, err := f.older()
	if err != nil {
		return nil, fmt.Errorf("--write-baseline: %w", err)
	}
	baseline, under := stateful.NewBaseline(r, older)
	var text bytes.Buffer
	if _, err := baseline.WriteTo(&text); err != nil {
		return nil, err
	}
	if err := writeFile(f.write, text.Bytes()); err != nil {
		return nil, fmt.Errorf("--write-baseline: %w", err)
	}
	return under, nil
}

// older is the baseline as it was, nil where there is none: a device or a pipe
// is only written to.
func (f *baselineFlags) older() (*lint.Baseline, error) {
	switch info, err := os.Stat(f.write); {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular():
		return nil, nil
	case err != nil:
		return nil, err
	}
	text, err := os.ReadFile(f.write)
	if err != nil {
		return nil, err
	}
	return lint.ReadBaseline(f.write, bytes.NewReader(text))
}
