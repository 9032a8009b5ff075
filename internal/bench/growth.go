package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const steps = 4 // each twice as large as the one before

// manyCharts lints copies of charts under other names, more in each call.
func (b *bench) manyCharts() error {
	charts, err := filepath.Glob(filepath.Join(b.charts, "*", "Chart.yaml"))
	if err != nil || len(charts) == 0 {
		return err
	}
	b.printf("## Charts in one call\n\n| charts | CPU | per chart | memory |\n|---|---|---|---|\n")
	for step := steps - 1; step >= 0; step-- {
		n := max(b.copies>>step, 1)
		folder := filepath.Join(b.dir, fmt.Sprintf("copies-%d", n))
		for i := range n {
			if err := copyAs(filepath.Dir(charts[i%len(charts)]), filepath.Join(folder, fmt.Sprintf("chart-%d", i)), fmt.Sprintf("chart-%d", i)); err != nil {
				return err
			}
		}
		u, err := b.run(nil, b.ours, b.lint("--probe=false", folder)...)
		if err != nil {
			return err
		}
		b.printf("| %d | %s | %.1f ms | %d MB |\n", n, seconds(u.cpu), u.cpu.Seconds()*1000/float64(n), u.memory>>20)
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	b.printf("\n")
	return nil
}

// copyAs copies a chart, under another name if one is given.
func copyAs(from, to, name string) error {
	real, err := filepath.EvalSymlinks(from)
	if err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(real)); err != nil {
		return err
	}
	if name == "" {
		return nil
	}
	file := filepath.Join(to, "Chart.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "name:") {
			lines[i] = "name: " + name
		}
	}
	return os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600)
}

// longStreams lints and post-renders streams of manifests, longer ones each
// time.
func (b *bench) longStreams() error {
	b.printf("## Objects in one stream\n\n| objects | size | `lint -` | memory | `post-render` | memory |\n|---|---|---|---|---|---|\n")
	for step := steps - 1; step >= 0; step-- {
		n := max(b.objects>>step, 1)
		text := stream(n)
		lint, err := b.run(text, b.ours, b.lint("-")...)
		if err != nil {
			return err
		}
		post, err := b.run(text, b.ours, "post-render")
		if err != nil {
			return err
		}
		b.printf("| %d | %.0f MB | %s | %d MB | %s | %d MB |\n", n, float64(len(text))/1e6, seconds(lint.cpu), lint.memory>>20, seconds(post.cpu), post.memory>>20)
	}
	b.printf("\n")
	return nil
}

// stream has n objects of two and a half kilobytes: an application with a
// claim, a Service, configuration and a Secret, again and again.
func stream(n int) []byte {
	var b bytes.Buffer
	padding := strings.Repeat("x", 2400)
	for i := range n {
		app := i / 5
		fmt.Fprintf(&b, "---\n# Source: big/templates/%d.yaml\n", i%5)
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data-%d\n  annotations: {padding: %s}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Gi}}\n", app, padding)
		case 1:
			fmt.Fprintf(&b, "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-%[1]d\n  annotations: {padding: %[2]s}\nspec:\n  selector: {matchLabels: {app: app-%[1]d}}\n  template:\n    metadata: {labels: {app: app-%[1]d}}\n    spec:\n      containers:\n      - name: app\n        image: app:1\n        volumeMounts: [{name: data, mountPath: /data}]\n      volumes:\n      - name: data\n        persistentVolumeClaim: {claimName: data-%[1]d}\n", app, padding)
		case 2:
			fmt.Fprintf(&b, "apiVersion: v1\nkind: Service\nmetadata:\n  name: app-%[1]d\n  annotations: {padding: %[2]s}\nspec:\n  selector: {app: app-%[1]d}\n  ports: [{port: 80}]\n", app, padding)
		case 3:
			fmt.Fprintf(&b, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-%d\ndata:\n  a: %s\n", app, padding)
		case 4:
			fmt.Fprintf(&b, "apiVersion: v1\nkind: Secret\nmetadata:\n  name: secret-%d\nstringData:\n  a: %s\n", app, padding)
		}
	}
	return b.Bytes()
}
