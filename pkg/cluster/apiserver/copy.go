package apiserver

// deepCopy copies an object. Values other than maps and lists are shared.
func deepCopy(object map[string]any) map[string]any {
	if object == nil {
		return nil
	}
	return copyValue(object).(map[string]any)
}

func copyValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = copyValue(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = copyValue(item)
		}
		return out
	default:
		return v
	}
}
