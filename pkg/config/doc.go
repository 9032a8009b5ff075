// Package config reads .helm-stateful.yaml, in which a repository says what its
// charts are held to: severities, values cases, ignores, a baseline.
//
// Reading is strict. Every mistake is reported, with its line and the key or
// rule that was most likely meant.
package config
