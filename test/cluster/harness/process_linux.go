package harness

import "syscall"

// dieWithParent makes the kernel end a server when the test ends without
// having stopped it, as at a timeout of go test.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
