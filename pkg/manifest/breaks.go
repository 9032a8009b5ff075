package manifest

// breaksOtherwise reports whether a text has line breaks other than \n and \r\n, by
// which YAML counts lines, too (go.yaml.in/yaml/v3, yamlprivateh.go, is_break).
func breaksOtherwise(text []byte) bool {
	for i, r := range string(text) {
		switch r {
		case '\u0085', '\u2028', '\u2029':
			return true
		case '\r':
			if i+1 == len(text) || text[i+1] != '\n' {
				return true
			}
		}
	}
	return false
}
