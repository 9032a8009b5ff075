package manifest

// Lookup returns the value at a path of map keys (string) and list indexes
// (int) below value, and whether it is there.
func Lookup(value any, path ...any) (any, bool) {
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, ok := value.(map[string]any)
			if !ok {
				return nil, false
			}
			if value, ok = m[key]; !ok {
				return nil, false
			}
		case int:
			list, ok := value.([]any)
			if !ok || key < 0 || key >= len(list) {
				return nil, false
			}
			value = list[key]
		default:
			return nil, false
		}
	}
	return value, true
}

// StringAt returns the string at path, or "".
func StringAt(value any, path ...any) string {
	v, _ := Lookup(value, path...)
	s, _ := v.(string)
	return s
}

// MapAt returns the map at path, or nil.
func MapAt(value any, path ...any) map[string]any {
	v, _ := Lookup(value, path...)
	m, _ := v.(map[string]any)
	return m
}

// ListAt returns the list at path, or nil.
func ListAt(value any, path ...any) []any {
	v, _ := Lookup(value, path...)
	l, _ := v.([]any)
	return l
}

// IntAt returns the whole number at path, and whether there is one.
func IntAt(value any, path ...any) (int64, bool) {
	v, _ := Lookup(value, path...)
	switch n := v.(type) {
	case int64:
		return n, true
	case float64:
		if n == float64(int64(n)) {
			return int64(n), true
		}
	}
	return 0, false
}

// StringsAt returns the strings of the list at path.
func StringsAt(value any, path ...any) []string {
	var out []string
	for _, item := range ListAt(value, path...) {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// StringMapAt returns the string values of the map at path.
func StringMapAt(value any, path ...any) map[string]string {
	m := MapAt(value, path...)
	out := make(map[string]string, len(m))
	for k, v := range m {
		if s, ok := v.(string); ok {
			out[k] = s
		}
	}
	return out
}

// StringAt returns the object's string at path, or "".
func (o *Object) StringAt(path ...any) string { return StringAt(o.Fields, path...) }

// Has reports whether the object has a value other than null at path.
func (o *Object) Has(path ...any) bool {
	v, ok := Lookup(o.Fields, path...)
	return ok && v != nil
}

// Annotation returns the value of an annotation, or "".
func (o *Object) Annotation(key string) string { return o.StringAt("metadata", "annotations", key) }

// HasAnnotation reports whether the object carries the annotation, empty or not.
func (o *Object) HasAnnotation(key string) bool {
	_, ok := Lookup(o.Fields, "metadata", "annotations", key)
	return ok
}

// Labels returns the object's labels.
func (o *Object) Labels() map[string]string { return StringMapAt(o.Fields, "metadata", "labels") }
