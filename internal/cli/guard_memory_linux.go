package cli

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// memoryOfMachine is the memory, in bytes, that there is for this process: that
// of the machine or of the container, whichever is less. 0 is unknown.
func memoryOfMachine() uint64 {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return 0
	}
	most := uint64(info.Totalram) * uint64(info.Unit)
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
			most = min(most, limit)
		}
	}
	return most
}
