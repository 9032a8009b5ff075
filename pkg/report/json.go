package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// JSON is the stable interface for programs.
type JSON struct{}

// Write implements Format.
func (JSON) Write(w io.Writer, r *Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
