package engine

import (
	"encoding/json"
	"strings"
	"sync"
)

// memory spares templates of writing and reading the same YAML again and again,
// which takes a quarter of what large charts do: most of it is values, which do not
// change from one rendering to the next. It is safe for concurrent use.
type memory struct {
	mu      sync.Mutex
	written map[string]string         // YAML by JSON
	read    map[string]map[string]any // what fromYaml makes of a text
	room    int                       // how many more bytes are kept
}

// roomForYAML is some times what the values of large charts are.
const roomForYAML = 8 << 20

func newMemory() *memory {
	return &memory{written: map[string]string{}, read: map[string]map[string]any{}, room: roomForYAML}
}

// takes reports whether there is room for so many bytes more. The caller holds mu.
func (m *memory) takes(bytes int) bool {
	if bytes > m.room {
		return false
	}
	m.room -= bytes
	return true
}

// toYAML is Helm's, which writes JSON first and turns that into YAML.
func (m *memory) toYAML(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return toYAML(v)
	}
	key := string(text)
	m.mu.Lock()
	out, ok := m.written[key]
	m.mu.Unlock()
	if ok {
		return out
	}
	out = toYAML(v)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.takes(len(key) + len(out)) {
		m.written[key] = out
	}
	return out
}

// anchor stands before the name of what a YAML text repeats: such a text may be
// short and what it says long.
const anchor = "&"

// fromYAML is Helm's. Templates may change what it returns: each gets a copy.
func (m *memory) fromYAML(text string) map[string]any {
	m.mu.Lock()
	out, ok := m.read[text]
	m.mu.Unlock()
	if ok {
		return copied(out).(map[string]any)
	}
	out = fromYAML(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if !strings.Contains(text, anchor) && m.takes(len(text)) {
		m.read[text] = copied(out).(map[string]any)
	}
	return out
}

// copied copies what was read from YAML.
func copied(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if v == nil {
			return v
		}
		c := make(map[string]any, len(v))
		for key, item := range v {
			c[key] = copied(item)
		}
		return c
	case []any:
		if v == nil {
			return v
		}
		c := make([]any, len(v))
		for i, item := range v {
			c[i] = copied(item)
		}
		return c
	default:
		return v
	}
}
