package cluster_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

// frozenRow is a row of testdata/frozen.yaml.
type frozenRow struct {
	Group, Kind, Path, Message string
	// Unseen says why the API server cannot be made to say it here.
	Unseen string
}

// refusedUpdate is an update that both clusters have refused, in the same words.
type refusedUpdate struct {
	group, kind, message string
	changed              []string // paths of the fields that were to change
}

// refusedUpdates are all of the run.
var refusedUpdates struct {
	sync.Mutex
	list []refusedUpdate
}

func noteRefused(previous, next map[string]any, message string) {
	id := identify(next)
	r := refusedUpdate{id.Group(), id.Kind, message, changedPaths("", previous, next)}
	refusedUpdates.Lock()
	defer refusedUpdates.Unlock()
	refusedUpdates.list = append(refusedUpdates.list, r)
}

// changedPaths are the fields of two maps that differ; lists count as one field.
func changedPaths(at string, before, after map[string]any) []string {
	keys := maps.Clone(before)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, after)
	var out []string
	for key := range keys {
		path := strings.TrimPrefix(at+"."+key, ".")
		a, wasMap := before[key].(map[string]any)
		b, isMap := after[key].(map[string]any)
		switch {
		case wasMap && isMap:
			out = append(out, changedPaths(path, a, b)...)
		case !reflect.DeepEqual(before[key], after[key]):
			out = append(out, path)
		}
	}
	return out
}

// checkFrozenRows fails where a row of testdata/frozen.yaml was not seen, or was
// seen though it says that it cannot be.
func checkFrozenRows() error {
	text, err := os.ReadFile(filepath.Join("testdata", "frozen.yaml"))
	if err != nil {
		return err
	}
	var rows []frozenRow
	if err := yaml.UnmarshalStrict(text, &rows); err != nil {
		return err
	}
	var wrong []string
	for _, row := range rows {
		seen := slices.ContainsFunc(refusedUpdates.list, row.matches)
		if seen != (row.Unseen == "") {
			wrong = append(wrong, fmt.Sprintf("%s/%s %s (%s): seen %t, unseen %q", row.Group, row.Kind, row.Path, row.Message, seen, row.Unseen))
		}
	}
	if wrong != nil {
		return fmt.Errorf("%d of the %d rows of testdata/frozen.yaml:\n%s", len(wrong), len(rows), strings.Join(wrong, "\n"))
	}
	return nil
}

func (row frozenRow) matches(r refusedUpdate) bool {
	if row.Kind != "*" && (row.Group != r.group || row.Kind != r.kind) {
		return false
	}
	// A path that names an item, or alternatives, is taken up to there.
	prefix := strings.TrimSuffix(regexp.MustCompile(`[\[{*].*`).ReplaceAllString(row.Path, ""), ".")
	touched := slices.ContainsFunc(r.changed, func(path string) bool {
		return path == prefix || strings.HasPrefix(path, prefix+".") || strings.HasPrefix(prefix, path+".")
	})
	return touched && row.pattern().MatchString(r.message)
}

func (row frozenRow) pattern() *regexp.Regexp {
	parts := regexp.MustCompile(`\{\w+\}`).Split(strings.TrimPrefix(row.Message, "BadRequest (400): "), -1)
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(parts, `.*`))
}
