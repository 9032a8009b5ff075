// Command parity compares what helm-stateful renders with what the real
// helm template prints, byte for byte, on any number of charts:
//
//	go run ./test/parity -helm /path/to/helm3 CHART...
//
// A chart that prints something else each time (random passwords) is compared
// in the lines that two runs of helm agree on. What helm prints is then
// post-rendered: without fixes it must come out as it went in, with all fixes no
// object may be lost.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

func main() {
	helm := flag.String("helm", os.Getenv("HELM3_BIN"), "the helm 3 `binary` to compare with (default $HELM3_BIN)")
	flag.Parse()
	if *helm == "" || flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: parity -helm BINARY CHART...")
		os.Exit(2)
	}
	log.SetOutput(io.Discard)
	ctx := context.Background()
	counts := map[verdict]int{}
	var streams, broken, fixed, unfixed int
	for _, chart := range flag.Args() {
		v, detail := compare(ctx, *helm, chart, nil, render.ValueFlags{})
		counts[v]++
		if v == different {
			fmt.Printf("%s: %s\n%s\n", v, chart, detail)
		}
		if v == failBoth {
			continue
		}
		text, err := renderTheirs(ctx, *helm, chart, nil)
		if err != nil {
			continue
		}
		streams++
		f, u, err := checkPostRender(text)
		if err != nil {
			broken++
			fmt.Printf("post-renderer: %s: %v\n", chart, err)
		}
		fixed, unfixed = fixed+f, unfixed+u
	}
	fmt.Printf("%d equal, %d equal but for random lines, %d fail in both, %d incomparable, %d different\n",
		counts[equal], counts[equalButRandom], counts[failBoth], counts[incomparable], counts[different])
	fmt.Printf("post-rendered %d streams: %d break the contract, %d findings fixed, %d not fixable after all\n", streams, broken, fixed, unfixed)
	if counts[different]+broken > 0 {
		os.Exit(1)
	}
}

type verdict string

const (
	equal          verdict = "equal"
	equalButRandom verdict = "equal but for random lines"
	failBoth       verdict = "fails in both"
	incomparable   verdict = "incomparable" // helm's own runs differ in their number of lines
	different      verdict = "different"
)

// compare renders a chart with both programs. args are helm's flags, flags the
// same values for ours.
func compare(ctx context.Context, helm, chart string, args []string, flags render.ValueFlags) (verdict, string) {
	ours, ourErr := renderOurs(ctx, chart, flags)
	theirs, theirErr := renderTheirs(ctx, helm, chart, args)
	switch {
	case ourErr != nil && theirErr != nil:
		return failBoth, ""
	case ourErr != nil:
		return different, "only ours fails: " + ourErr.Error()
	case theirErr != nil:
		return different, "only helm fails: " + theirErr.Error()
	case bytes.Equal(ours, theirs):
		return equal, ""
	}
	again, err := renderTheirs(ctx, helm, chart, args)
	if err != nil {
		return different, "helm fails the second time: " + err.Error()
	}
	if bytes.Equal(again, theirs) {
		return different, firstDifference(theirs, ours)
	}
	a, b, o := strings.Split(string(theirs), "\n"), strings.Split(string(again), "\n"), strings.Split(string(ours), "\n")
	if len(a) != len(b) {
		return incomparable, ""
	}
	if len(a) != len(o) {
		return different, fmt.Sprintf("helm prints %d lines, ours %d", len(a), len(o))
	}
	for i := range a {
		if a[i] == b[i] && a[i] != o[i] {
			return different, firstDifference([]byte(a[i]), []byte(o[i]))
		}
	}
	return equalButRandom, ""
}

func renderOurs(ctx context.Context, path string, flags render.ValueFlags) ([]byte, error) {
	values, err := flags.Merge()
	if err != nil {
		return nil, err
	}
	chart, err := render.Load(path)
	if err != nil {
		return nil, err
	}
	renderer, err := chart.Renderer(render.Options{Values: values, Now: time.Now()})
	if err != nil {
		return nil, err
	}
	rendering, err := renderer.Render(ctx, lifecycle.Inputs{Release: lifecycle.Release{Name: "release-name", Namespace: "default"}, Revision: 1})
	if err != nil {
		return nil, err
	}
	return rendering.Stream.Bytes(), nil
}

// renderTheirs runs helm away from the user's own plugins, repositories and
// cluster.
func renderTheirs(ctx context.Context, helm, chart string, args []string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, helm, append([]string{"template", "release-name", chart, "--namespace", "default"}, args...)...)
	cmd.Env = append(os.Environ(), "HELM_NO_PLUGINS=1", "KUBECONFIG="+os.DevNull)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}

func firstDifference(want, got []byte) string {
	a, b := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			other := "(nothing)"
			if i < len(b) {
				other = b[i]
			}
			return fmt.Sprintf("  line %d\n  helm: %q\n  ours: %q", i+1, a[i], other)
		}
	}
	return fmt.Sprintf("  ours goes on after line %d: %q", len(a), b[len(a)])
}
