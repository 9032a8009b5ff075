package lint

import "fmt"

// Severity says how bad a finding is.
type Severity int

// The severities, mildest first.
const (
	// Info is advice.
	Info Severity = iota + 1
	// Warning is for what happens under common circumstances.
	Warning
	// Error is for a step that fails, or data that is lost, with the inputs
	// shown.
	Error
)

// String is error, warning or info.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Error:
		return "error"
	default:
		return fmt.Sprintf("severity(%d)", int(s))
	}
}

// ParseSeverity reads what String prints.
func ParseSeverity(text string) (Severity, error) {
	for _, s := range []Severity{Info, Warning, Error} {
		if s.String() == text {
			return s, nil
		}
	}
	return 0, fmt.Errorf("severity %q is none of error, warning, info", text)
}

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Severity) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeverity(string(text))
	return err
}
