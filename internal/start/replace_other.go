//go:build !unix

package start

// replace does nothing where a process cannot be replaced.
func replace(string) {}
