//go:build race

package stateful_test

// slowdown is what the race detector makes of a second.
const slowdown = 10
