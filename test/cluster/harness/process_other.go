//go:build !linux

package harness

import "syscall"

// dieWithParent is for Linux only: elsewhere a test that dies leaves its
// servers behind.
func dieWithParent() *syscall.SysProcAttr { return nil }
