package cli

import (
	"errors"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/gitrepo"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// finish prints a report; the exit code is the error.
func (c *Command) finish(outputs []sink, r *report.Report, fail failOn) error {
	if err := c.writeReports(outputs, r, fail); err != nil {
		return err
	}
	switch {
	case r.Failed() > 0:
		return &exitError{code: exitChart}
	case fail.reached(r.Findings):
		return &exitError{code: exitFindings}
	}
	return nil
}

// chartError is the failure of a whole run.
func chartError(err error) error {
	if asked := new(gitrepo.Error); errors.As(err, &asked) {
		return err // what was asked for has no answer: wrong usage
	}
	if invalid := new(config.Invalid); errors.As(err, &invalid) {
		return err
	}
	return &exitError{exitChart, err}
}
