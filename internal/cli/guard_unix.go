//go:build unix

package cli

import (
	"os"
	"strings"
	"syscall"
)

// startAnew puts the program, with the same arguments and one variable more, in
// the place of this process. Its files are as they are for a child.
func startAnew(variable string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(variable, "=")
	environment := []string{variable}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, name+"=") {
			environment = append(environment, v)
		}
	}
	return syscall.Exec(self, os.Args, environment)
}
