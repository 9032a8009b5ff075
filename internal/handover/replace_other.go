//go:build !unix

package handover

// replace does nothing where a process cannot be replaced.
func replace(string) {}
