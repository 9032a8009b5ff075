package config

// ValidExamples and InvalidExamples are the files that the tests read, by name.
func ValidExamples() map[string]string {
	return map[string]string{
		"whole": whole, "empty mapping": "{}", "one severity": "rules: {size-shrinks: error}\n",
		"a version": "kubeVersion: v1.30.2-gke.1\n", "a quoted date": "ignore: [{rule: shared-name, reason: x, until: '2027-01-31'}]\n",
		"both Helms": "helm: [3, 4]\n",
	}
}

func InvalidExamples() map[string]string {
	out := map[string]string{}
	for name, test := range mistakes {
		out[name] = test.text
	}
	return out
}
