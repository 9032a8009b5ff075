package render

import (
	"fmt"
	"os"

	"helm.sh/helm/v3/pkg/chart/loader"
)

// readRegular reads a file of a chart. A pipe would keep the reader waiting for
// ever and a device has no end: neither is read, nor is a file that is larger
// than Helm allows.
func readRegular(name string) ([]byte, error) {
	if err := checkRegular(name); err != nil {
		return nil, err
	}
	return os.ReadFile(name)
}

func checkRegular(name string) error {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file, which Helm refuses", name)
	case info.Size() > loader.MaxDecompressedFileSize:
		return fmt.Errorf("%s is larger than the %d bytes that Helm allows a file of a chart", name, loader.MaxDecompressedFileSize)
	}
	return nil
}
