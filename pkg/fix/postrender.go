package fix

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// PostRender judges and fixes a stream as Helm hands it to a post-renderer. It
// returns the text to hand back, which is the very input where there is
// nothing to fix, and the findings. On an error there is no text: Helm 3 would
// delete from the release whatever a text lacks.
func PostRender(text []byte, o Options) ([]byte, []lint.Finding, error) {
	stream, err := manifest.Parse(text)
	if err != nil {
		return nil, nil, fmt.Errorf("manifests on standard input: %w", err)
	}
	fixed, findings, err := Judge(stream, o)
	if err != nil {
		return nil, nil, err
	}
	return fixed.Bytes(), findings, nil
}

// Judge finds what is wrong in a stream, settles it and fixes what it is to.
func Judge(stream *manifest.Stream, o Options) (*manifest.Stream, []lint.Finding, error) {
	findings := lint.Run(lint.Subject{Stream: stream}, o.Rules)
	if o.Settle != nil {
		findings = o.Settle(findings, stream.Objects())
	} else {
		lint.SetAside(findings, lint.Annotated(stream.Objects()))
	}
	return Apply(stream, findings, o)
}
