package start

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/handover"
)

// TestHugePages: the part of the heap that a run begins with is one for which huge
// pages were asked ("hg" in proc_pid_smaps(5)).
func TestHugePages(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil {
		t.Skip("this kernel has none")
	}
	if handover.PostRenders(os.Args[1:]) { // flags of go test; a program that lints lays its heap out
		program, err := os.Executable()
		require.NoError(t, err)
		out, err := exec.Command(program, "lint").CombinedOutput()
		require.NoError(t, err, string(out))
		return
	}
	some := make([]byte, 4<<20)
	at := uintptr(unsafe.Pointer(unsafe.SliceData(some)))

	smaps, err := os.Open("/proc/self/smaps")
	require.NoError(t, err)
	defer smaps.Close()
	within := false
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		var from, to uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &from, &to); n == 2 {
			within = from <= at && at < to
		}
		if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags:"); ok && within {
			assert.Contains(t, strings.Fields(flags), "hg")
			return
		}
	}
	t.Fatal("no part of the memory holds the heap")
}
