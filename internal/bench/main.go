// Command bench runs the built binary and Helm as whole processes and prints
// what they take beside each other, as Markdown. It counts CPU time, which other
// work on the machine changes less than the time on the clock, and the least of
// several runs. How much of that was in user mode is not told: for short processes
// Linux guesses it.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

func main() {
	b := bench{out: os.Stdout}
	flag.StringVar(&b.helm, "helm", "helm", "the helm binary to compare with")
	flag.StringVar(&b.ours, "bin", "bin/helm-stateful", "the helm-stateful binary")
	flag.StringVar(&b.charts, "charts", "testdata/charts", "a folder of charts")
	flag.IntVar(&b.runs, "runs", 3, "runs of which the least counts")
	flag.IntVar(&b.copies, "copies", 1000, "charts in one call, at most")
	flag.IntVar(&b.objects, "objects", 20000, "objects in one stream, at most")
	flag.IntVar(&b.release, "release", 2000, "objects in one release of copies of each chart; 0 leaves that out")
	flag.Parse()
	if err := b.all(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type bench struct {
	out        io.Writer
	helm, ours string
	charts     string
	runs       int
	copies     int
	objects    int
	release    int
	dir        string // of the run
}

// all measures the charts named, then the folder, then growth.
func (b *bench) all(named []string) (err error) {
	if b.dir, err = os.MkdirTemp("", "helm-stateful-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if b.ours, err = filepath.Abs(b.ours); err != nil {
		return err
	}
	if err := b.folder(); err != nil {
		return err
	}
	if err := b.each(named); err != nil {
		return err
	}
	if err := b.manyCharts(); err != nil {
		return err
	}
	if err := b.longStreams(); err != nil {
		return err
	}
	return b.manyReleases()
}

func (b *bench) printf(format string, args ...any) { fmt.Fprintf(b.out, format, args...) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func ratio(a, b time.Duration) string {
	return fmt.Sprintf("%.2f", a.Seconds()/max(b.Seconds(), 0.001))
}
