package harness

import (
	"context"
	"fmt"
	"time"
)

// Await asks until the answer is yes. It gives up when an answer is an error,
// when ctx ends, or after the time that is given; the error then says what was
// waited for.
func Await(ctx context.Context, what string, atMost time.Duration, done func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, atMost, fmt.Errorf("not within %s", atMost))
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		yes, err := done(ctx)
		if ctx.Err() == nil && err != nil {
			return fmt.Errorf("wait for %s: %w", what, err)
		}
		if yes {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
