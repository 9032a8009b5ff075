package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// mending is a use of --post-renderer helm-stateful. The zero value uses none.
type mending struct {
	fixes     string // --fix
	retention lint.Retention
	later     bool // from the first upgrade on
}

func (m mending) String() string {
	if m.fixes == "" {
		return ""
	}
	words := []string{"", m.fixes}
	if m.retention != "" {
		words = append(words, "retention-"+string(m.retention))
	}
	if m.later {
		words = append(words, "later")
	}
	return strings.Join(words, "+")
}

// args make a user's Helm mend.
func (m mending) args(u *user, h helm) []string {
	u.t.Helper()
	if m.fixes == "" {
		return nil
	}
	bin, err := program()
	require.NoError(u.t, err)
	dir := filepath.Dir(bin)
	if h.major == "3" {
		u.env = append(u.env, "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	} else {
		// The plugin's folder is a copy, as bin/ may not be built in the checkout.
		plugin := filepath.Join(u.home, "plugins", "helm4-postrenderer")
		require.NoError(u.t, os.CopyFS(plugin, os.DirFS(filepath.Join(repository, "plugins", "helm4-postrenderer"))))
		require.NoError(u.t, os.RemoveAll(filepath.Join(plugin, "bin")))
		require.NoError(u.t, os.Symlink(dir, filepath.Join(plugin, "bin")))
		u.env = append(u.env, "HELM_PLUGINS="+filepath.Dir(plugin))
	}
	args := []string{"--post-renderer", "helm-stateful", "--post-renderer-args", "--fix=" + m.fixes}
	if m.retention != "" {
		args = append(args, "--post-renderer-args", "--retention="+string(m.retention))
	}
	return args
}

// program builds helm-stateful, once. It lies with the server's files, which go
// when the tests have ended.
var program = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(filepath.Dir(server.Kubeconfig), "bin", "helm-stateful")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", bin, "./cmd/helm-stateful")
	cmd.Dir, cmd.Env = repository, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(string(out)))
	}
	return bin, nil
})

// renderer mends what another one renders.
func (m mending) renderer(r *render.Renderer, h helm) lifecycle.Renderer {
	if m.fixes == "" {
		return r
	}
	return mended{r, m, h}
}

type mended struct {
	*render.Renderer
	m    mending
	helm helm
}

// Feels is told of the upgrade, where mending may begin.
func (r mended) Feels() lifecycle.Senses {
	senses := r.Renderer.Feels()
	senses.Upgrade = senses.Upgrade || r.m.later
	return senses
}

func (r mended) Render(ctx context.Context, in lifecycle.Inputs) (*lifecycle.Rendering, error) {
	rendering, err := r.Renderer.Render(ctx, in)
	if err != nil || r.m.later && !in.Upgrade {
		return rendering, err
	}
	out, err := r.m.stream(rendering, r.helm)
	if err != nil {
		return nil, err
	}
	stream, err := manifest.Parse(out)
	if err != nil {
		return nil, err
	}
	return &lifecycle.Rendering{Stream: stream, Queries: rendering.Queries, Demand: rendering.Demand}, nil
}

// stream is what a Helm sends of a rendering that it has shown to the
// post-renderer: Helm 3 shows no hooks, and Helm 4 no Lists.
func (m mending) stream(rendering *lifecycle.Rendering, h helm) ([]byte, error) {
	var stream, hooks bytes.Buffer
	for _, d := range rendering.Stream.Documents {
		objects := d.Objects()
		switch {
		case h.major == "3" && len(objects) == 1 && objects[0].Hook != nil:
			hooks.WriteString("---\n" + string(d.Body()) + "\n")
		case h.major == "4" && len(objects) > 0 && objects[0].Item >= 0:
			for _, o := range objects {
				stream.WriteString("---\n" + text(o.Fields))
			}
		default:
			stream.WriteString("---\n" + string(d.Body()) + "\n")
		}
	}
	out := stream.Bytes()
	if m.fixes != "" {
		options := fix.Options{Rules: rules.All(), Cluster: cluster.New(), FixOptions: lint.FixOptions{Retention: m.retention}}
		var err error
		if options.Select, err = fix.ParseSelection(m.fixes, options.Rules); err != nil {
			return nil, err
		}
		if out, _, err = fix.PostRender(out, options); err != nil {
			return nil, err
		}
	}
	return append(out, hooks.Bytes()...), nil
}
