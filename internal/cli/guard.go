package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"time"

	"github.com/helm-stateful/helm-stateful/internal/start"
)

// guard bounds the memory of the process. A chart's templates can ask for any
// amount of it, and neither a template nor the printing of a value that holds
// itself can be interrupted: only the end of the process ends them. So the guard
// has the program start anew in its own place, without the charts that are to
// blame, which are then reported as given up.
type guard struct {
	stderr io.Writer
	limits limits
	// again replaces the process by one with a further environment variable. It
	// returns only where that fails.
	again func(variable string) error
	exit  func(code int)

	mu      sync.Mutex
	subject string // what is being worked on, where there is no watch
	watch   watch  // nil but for lint
	pinned  bool   // standard input is spent: the program cannot start anew
	state   guardState
}

// watch tells which charts are being worked on (stateful.Watch).
type watch interface {
	// Left are those that were left to themselves, by path, and why.
	Left() map[string]string
	// Running are the paths of the others.
	Running() []string
}

// guardState is what one process tells the one that takes its place.
type guardState struct {
	// GivenUp are charts to leave alone, by path, and why.
	GivenUp map[string]string `json:"givenUp,omitempty"`
	// Alone has one chart at a time worked on, to find the one to blame.
	Alone bool `json:"alone,omitempty"`
}

// guardVariable holds a guardState.
const guardVariable = "HELM_STATEFUL_GUARD"

// limits are in bytes.
type limits struct{ memory, stacks uint64 }

const (
	// mostMemory is many times what the largest charts and manifests take.
	mostMemory = 4 << 30
	// mostStacks is far more than Helm's own bounds on recursion let a template
	// have. Go ends a process at one gigabyte.
	mostStacks = 256 << 20
	// guardPeriod is short enough to see a stack before it has doubled twice.
	guardPeriod = 10 * time.Millisecond
)

// limitsOf are the limits on a machine, or in a container, with so much memory;
// a wish (GOMEMLIMIT) is granted.
func limitsOf(machine uint64, wish int64) limits {
	l := limits{memory: mostMemory, stacks: mostStacks}
	switch {
	case wish > 0 && wish < math.MaxInt64:
		l.memory = uint64(wish)
	case machine > 0:
		l.memory = min(l.memory, machine/4*3)
	}
	return l
}

func newGuard(getenv func(string) string, stderr io.Writer) (*guard, error) {
	g := &guard{stderr: stderr, limits: limitsOf(memoryOfMachine(), debug.SetMemoryLimit(-1)), again: startAnew, exit: os.Exit}
	if text := getenv(guardVariable); text != "" {
		if err := json.Unmarshal([]byte(text), &g.state); err != nil {
			return nil, fmt.Errorf("%s is not meant to be set: %w", guardVariable, err)
		}
	}
	return g, nil
}

// run watches until ctx ends.
func (g *guard) run(ctx context.Context) {
	debug.SetMaxStack(2 * 1000 * 1000 * 1000)            // as far as the runtime lets it, for time to see it coming
	debug.SetMemoryLimit(int64(g.limits.memory / 4 * 3)) // collect often rather than be stopped
	ticker := time.NewTicker(guardPeriod)
	defer ticker.Stop()
	steady, tight := sync.OnceFunc(start.Steady), sync.OnceFunc(start.Tight)
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			metrics.Read(samples)
			heap := samples[0].Value.Uint64()
			if heap > start.Large {
				steady()
			}
			if heap > start.Huge {
				tight()
			}
			g.judge(heap, samples[1].Value.Uint64())
		}
	}
}

// judge acts where the heap or the stacks are too large, or where charts that
// were left to themselves take the cores from the others.
func (g *guard) judge(heap, stacks uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	tooMuch := heap > g.limits.memory || stacks > g.limits.stacks
	var left map[string]string
	var running []string
	if g.watch != nil {
		left, running = g.watch.Left(), g.watch.Running()
	}
	why := fmt.Sprintf("it took more than %s of memory (GOMEMLIMIT sets another bound)", amount(g.limits.memory))
	if stacks > g.limits.stacks {
		why = "its templates recurse without end"
	}
	next := guardState{GivenUp: map[string]string{}, Alone: g.state.Alone}
	for path, reason := range g.state.GivenUp {
		next.GivenUp[path] = reason
	}
	switch {
	case !tooMuch && (len(left) <= runtime.GOMAXPROCS(0) || g.pinned):
		return
	case len(left) > 0:
		for path, reason := range left {
			next.GivenUp[path] = short(reason)
		}
	case len(running) == 1:
		next.GivenUp[running[0]] = why
	case len(running) > 1 && !g.state.Alone:
		next.Alone = true
	default:
		g.stop(why, cmp.Or(g.subject, strings.Join(running, ", ")))
		return
	}
	if g.pinned {
		g.stop(why, strings.Join(running, ", "))
		return
	}
	text, err := json.Marshal(next)
	if err == nil {
		err = g.again(guardVariable + "=" + string(text))
	}
	if err != nil {
		g.stop(why, strings.Join(running, ", "))
	}
}

// stop ends the program where it cannot go on without what is to blame.
func (g *guard) stop(why, subject string) {
	if subject != "" {
		subject += ": "
	}
	fmt.Fprintf(g.stderr, "Error: %s%s\n", subject, why)
	g.exit(exitChart)
}

// working tells the guard, if there is one, what to name when memory runs out.
func (c *Command) working(subject string) {
	if c.guard == nil {
		return
	}
	c.guard.mu.Lock()
	defer c.guard.mu.Unlock()
	c.guard.subject = subject
}

// short keeps what an environment variable holds within what systems allow.
func short(text string) string {
	const most = 300
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

func amount(bytes uint64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf("%.3g GiB", float64(bytes)/(1<<30))
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}
