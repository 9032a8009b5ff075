//go:build !unix

package cli

import "errors"

// startAnew is not to be had where a process cannot be replaced.
func startAnew(string) error { return errors.ErrUnsupported }
