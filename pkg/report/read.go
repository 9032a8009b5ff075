package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Read reads a report that JSON has written. Fields that it does not know are
// left out.
func Read(r io.Reader) (*Report, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	var head struct {
		SchemaVersion *int             `json:"schemaVersion"`
		Charts        *json.RawMessage `json:"charts"`
		Findings      *json.RawMessage `json:"findings"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("not a JSON report: %w", err)
	}
	switch {
	case head.SchemaVersion == nil:
		return nil, errors.New("not a report of helm-stateful: it has no schemaVersion")
	case *head.SchemaVersion != SchemaVersion:
		return nil, fmt.Errorf("the report has schemaVersion %d, and this helm-stateful reads %d: use the version that wrote it", *head.SchemaVersion, SchemaVersion)
	case head.Charts == nil || head.Findings == nil:
		return nil, errors.New("not a report of lint or compare: it has no charts or no findings")
	}
	out := &Report{}
	if err := json.Unmarshal(text, out); err != nil {
		return nil, fmt.Errorf("not a JSON report: %w", err)
	}
	for i, f := range out.Findings {
		if f.Severity == 0 || f.Rule == "" {
			return nil, fmt.Errorf("not a report of lint or compare: finding %d has no rule or no severity", i+1)
		}
	}
	return out, nil
}
