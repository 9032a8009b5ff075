package stateful

import (
	"context"
	"errors"
	"io"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// Stream is the path that names LintOptions.Stdin instead of a chart.
const Stream = "-"

// lintTarget lints a chart, or the stream.
func lintTarget(ctx context.Context, t target, o LintOptions) (outcome, error) {
	if t.path != Stream {
		return lintChart(ctx, t, o)
	}
	out := outcome{chart: report.Chart{Path: Stream}}
	if o.Stdin == nil {
		return out, errors.New("there is no standard input to read")
	}
	stream, findings, err := lintStream(o.Stdin, o)
	if err == nil {
		o.aside.see(Stream, stream.Objects())
	}
	out.findings = findings
	return out, err
}

// LintStream judges a stream of manifests, such as helm template prints, by
// those rules that need no rehearsal.
func LintStream(in io.Reader, o LintOptions) ([]lint.Finding, error) {
	stream, findings, err := lintStream(in, o)
	if err != nil {
		return nil, err
	}
	lint.SetAside(findings, lint.Annotated(stream.Objects()))
	return findings, nil
}

func lintStream(in io.Reader, o LintOptions) (*manifest.Stream, []lint.Finding, error) {
	stream, err := manifest.Read(in)
	if err != nil {
		return nil, nil, err
	}
	return stream, lint.Run(lint.Subject{Stream: stream, ChartPath: Stream}, o.withDefaults().Rules), nil
}
