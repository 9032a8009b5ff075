package config

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// The scalars of a configuration. Each checks itself; schema is its JSON schema
// but for the type, which is string.
type scalar interface {
	// check is given the text, and the names of all rules.
	check(rules []string) error
	schema(rules []string) map[string]any
}

// Level is a severity, or off.
type Level string

// The levels.
const (
	Off     Level = "off"
	Info    Level = "info"
	Warning Level = "warning"
	Error   Level = "error"
	// Own is the rule's own severity. No file says it: it is what a flag that
	// names a rule makes of one that is off.
	Own Level = "own"
)

func levels() []string { return []string{string(Off), string(Info), string(Warning), string(Error)} }

func (l Level) check([]string) error         { return oneOf(string(l), levels()) }
func (Level) schema([]string) map[string]any { return map[string]any{"enum": levels()} }

// FailOn is a severity, or none.
type FailOn string

func failOns() []string { return []string{"none", "info", "warning", "error"} }

func (f FailOn) check([]string) error         { return oneOf(string(f), failOns()) }
func (FailOn) schema([]string) map[string]any { return map[string]any{"enum": failOns()} }

// RuleName is the name of a rule.
type RuleName string

func (r RuleName) check(rules []string) error {
	if slices.Contains(rules, string(r)) {
		return nil
	}
	return noSuch("rule", string(r), rules)
}

func (RuleName) schema(rules []string) map[string]any { return map[string]any{"enum": rules} }

// Text is anything but nothing.
type Text string

func (t Text) check([]string) error {
	if strings.TrimSpace(string(t)) == "" {
		return errors.New("must not be empty")
	}
	return nil
}

func (Text) schema([]string) map[string]any { return map[string]any{"pattern": `\S`} }

// Glob is a pattern as path.Match takes it: * and ? match anything but a slash.
type Glob string

func (g Glob) check([]string) error {
	if g == "" {
		return errors.New("must not be empty")
	}
	if _, err := path.Match(string(g), ""); err != nil {
		return fmt.Errorf("%q is no glob: a bracket is not closed", string(g))
	}
	return nil
}

func (Glob) schema([]string) map[string]any { return map[string]any{"minLength": 1} }

// matches reports whether the glob is empty or matches a name.
func (g Glob) matches(name string) bool {
	ok, _ := path.Match(strings.TrimSuffix(string(g), "/"), name)
	return g == "" || ok
}

// Version is a Kubernetes version, such as v1.37.0 or 1.37.
type Version string

const versionPattern = `^v?[0-9]+\.[0-9]+(\.[0-9]+)?([-+][0-9A-Za-z.+-]+)?$`

var versionForm = lazy.Pattern(versionPattern)

func (v Version) check([]string) error {
	if !versionForm().MatchString(string(v)) {
		return fmt.Errorf("%q is no version such as v1.37.0", string(v))
	}
	return nil
}

func (Version) schema([]string) map[string]any { return map[string]any{"pattern": versionPattern} }

// Fixes are safe, all, none or the names of rules, with commas between them.
type Fixes string

func fixes(rules []string) []string { return slices.Concat([]string{"safe", "all", "none"}, rules) }

func (f Fixes) check(rules []string) error {
	for word := range strings.SplitSeq(string(f), ",") {
		if word = strings.TrimSpace(word); !slices.Contains(fixes(rules), word) {
			return fmt.Errorf("%q is none of safe, all, none: %w", word, RuleName(word).check(rules))
		}
	}
	return nil
}

func (Fixes) schema(rules []string) map[string]any {
	word := "(" + strings.Join(fixes(rules), "|") + ")"
	return map[string]any{"pattern": "^" + word + "(, *" + word + ")*$"}
}

// Retention is keep or delete.
type Retention string

func retentions() []string { return []string{"keep", "delete"} }

func (r Retention) check([]string) error         { return oneOf(string(r), retentions()) }
func (Retention) schema([]string) map[string]any { return map[string]any{"enum": retentions()} }

// HelmVersion is 3 or 4.
type HelmVersion int

// HelmVersions are those that there are.
func HelmVersions() []HelmVersion { return []HelmVersion{3, 4} }

// Date is a day, such as 2027-01-31.
type Date string

func (d Date) check([]string) error {
	if _, err := time.Parse(time.DateOnly, string(d)); err != nil {
		return fmt.Errorf("%q is no date such as 2027-01-31", string(d))
	}
	return nil
}

func (Date) schema([]string) map[string]any { return map[string]any{"format": "date"} }

// over reports whether the day is past. Days end at midnight UTC.
func (d Date) over(now time.Time) bool {
	return d != "" && now.UTC().Format(time.DateOnly) > string(d)
}

func oneOf(text string, words []string) error {
	if slices.Contains(words, text) {
		return nil
	}
	return fmt.Errorf("%q is none of %s", text, strings.Join(words, ", "))
}

// Terms are the JSON schemas of the types that a configuration is made of, but
// for what reflection tells: see docs/schema.
func Terms(rules []string) map[reflect.Type]map[string]any {
	out := map[reflect.Type]map[string]any{}
	for _, s := range []scalar{Level(""), FailOn(""), RuleName(""), Text(""), Glob(""), Version(""), Date(""), Fixes(""), Retention("")} {
		schema := s.schema(rules)
		schema["type"] = "string"
		out[reflect.TypeOf(s)] = schema
	}
	out[reflect.TypeOf(HelmVersion(0))] = map[string]any{"type": "integer", "enum": HelmVersions()}
	return out
}
